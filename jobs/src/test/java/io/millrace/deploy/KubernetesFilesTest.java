package io.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import io.millrace.cli.Main;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/**
 * The files in deploy/kubernetes against the schema of their resources, unknown fields refused, and
 * what a careful cluster asks of pods. {@code deploy/check kubernetes} holds them against the
 * operator's own definitions.
 */
class KubernetesFilesTest {
  private static final Path ROOT = Path.of(System.getProperty("basedir", ".")).resolve("..");
  private static final Path FOLDER = ROOT.resolve("deploy/kubernetes");
  private static final String SPARK_USER = "185";

  /** Settings that the resources have fields or defaults of their own for. */
  private static final List<String> OF_THE_MACHINE =
      List.of(
          "spark.master",
          "spark.driver.memory",
          "spark.executor.memory",
          "spark.driver.extraJavaOptions",
          "spark.executor.extraJavaOptions",
          "spark.standalone.submit.waitAppCompletion");

  static List<Path> applications() throws IOException {
    return KubernetesFiles.applications(FOLDER);
  }

  private static JsonSchema schema() throws IOException {
    try (InputStream in =
        KubernetesFilesTest.class.getResourceAsStream("/kubernetes/spark-operator.json")) {
      return KubernetesFiles.schema(new ObjectMapper().readTree(in));
    }
  }

  private static JsonNode read(String file) throws IOException {
    return KubernetesFiles.documents(FOLDER.resolve(file)).get(0);
  }

  /** What the operator makes an application of. */
  private static JsonNode application(JsonNode document) {
    return document.path("spec").has("template")
        ? document.at("/spec/template")
        : document.path("spec");
  }

  @Test
  void thereAreFilesForPrepareTrainAndNights() throws IOException {
    assertThat(applications().stream().map(file -> file.getFileName().toString()))
        .containsExactly("nights.yaml", "prepare.yaml", "train-gpu.yaml", "train.yaml");
  }

  /** All files, those of Kubernetes' own resources too. */
  static List<Path> files() throws IOException {
    try (var files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyFieldIsOneOfItsResource(Path file) throws IOException {
    for (JsonNode document : KubernetesFiles.documents(file)) {
      assertThat(KubernetesFiles.problems(schema(), document)).isEmpty();
    }
  }

  @Test
  void aFieldThatStandsTwiceIsRefused(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("pod.yaml");
    Files.writeString(file, Files.readString(FOLDER.resolve("pod.yaml")) + "spec: {}\n");
    assertThatThrownBy(() -> KubernetesFiles.documents(file))
        .hasMessageContaining("duplicate key spec");
  }

  /** Where the field is, its name, and what somebody typed. */
  @ParameterizedTest
  @CsvSource({
    "train.yaml, /spec, sparkConf, sparkconf",
    "train.yaml, /spec/driver, memoryOverhead, memoryOverHead",
    "train.yaml, /spec/executor, instances, replicas",
    "train.yaml, /spec/driver/securityContext, readOnlyRootFilesystem, readOnlyRootFileSystem",
    "train.yaml, /spec/driver/podSecurityContext, runAsNonRoot, runAsNonroot",
    "train.yaml, /spec/driver/env/0/valueFrom, secretKeyRef, secretRef",
    "train.yaml, /spec/volumes/0, emptyDir, emptydir",
    "train-gpu.yaml, /spec/executor/gpu, quantity, amount",
    "nights.yaml, /spec, concurrencyPolicy, concurrency",
    "nights.yaml, /spec/template, arguments, args",
    "pod.yaml, /spec, terminationGracePeriodSeconds, terminationGracePeriodSecond",
    "pod.yaml, /spec/containers/0/securityContext, capabilities, capability",
    "pod.yaml, /spec/volumes/2, configMap, configmap"
  })
  void aMisspeltFieldIsRefused(String file, String where, String field, String typed)
      throws IOException {
    JsonNode document = read(file);
    ObjectNode parent = (ObjectNode) document.at(where);
    parent.set(typed, parent.remove(field));
    assertThat(parent.get(typed)).isNotNull();
    assertThat(String.join("\n", KubernetesFiles.problems(schema(), document)))
        .contains(typed)
        .contains(where.substring(1).replace("/", ".").replaceAll("\\.(\\d+)", "[$1]"));
  }

  @Test
  void theOperatorsOwnFormOfASchemaRefusesUnknownFieldsToo() throws IOException {
    JsonNode open =
        new ObjectMapper()
            .readTree(
                """
                {"type": "object", "properties": {
                  "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                  "list": {"type": "array", "items": {"type": "object", "properties": {
                    "port": {"type": "integer", "x-kubernetes-int-or-string": true}}}}}}""");
    JsonSchema schema = KubernetesFiles.schema(KubernetesFiles.strict(open));
    assertThat(problems(schema, "{labels: {any: word}, list: [{port: http}, {port: 80}]}"))
        .isEmpty();
    assertThat(problems(schema, "{lables: {}}")).singleElement().asString().contains("lables");
    assertThat(problems(schema, "{list: [{prot: 80}]}")).hasSize(1);
    assertThat(problems(schema, "{labels: {any: 1}}")).hasSize(1);
  }

  private static List<String> problems(JsonSchema schema, String yaml) {
    JsonNode document = new ObjectMapper().valueToTree(new org.yaml.snakeyaml.Yaml().load(yaml));
    return KubernetesFiles.problems(schema, document);
  }

  @ParameterizedTest
  @MethodSource("applications")
  void podsRunAsSparksUserOnARootFileSystemThatNobodyWrites(Path file) throws IOException {
    JsonNode application = application(KubernetesFiles.documents(file).get(0));
    for (String role : List.of("driver", "executor")) {
      JsonNode pod = application.path(role);
      careful(pod.path("podSecurityContext"), pod.path("securityContext"));
      assertThat(pod.path("volumeMounts").findValuesAsText("mountPath"))
          .contains("/tmp", "/opt/spark/work-dir");
      assertThat(pod.path("javaOptions").asText())
          .contains("-Djava.io.tmpdir=/tmp ", "-Dorg.bytedeco.javacpp.cachedir=/tmp/");
      assertThat(application.path("volumes").findValuesAsText("name"))
          .containsAll(pod.path("volumeMounts").findValuesAsText("name"));
      assertThat(pod.path("coreLimit").isMissingNode()).isFalse();
      assertThat(pod.path("memoryOverhead").isMissingNode()).isFalse();
    }
  }

  @Test
  void soDoThoseOfSparkSubmit() throws IOException {
    JsonNode pod = read("pod.yaml").path("spec");
    JsonNode container = pod.at("/containers/0");
    careful(pod.path("securityContext"), container.path("securityContext"));
    assertThat(container.path("volumeMounts").findValuesAsText("mountPath"))
        .contains("/tmp", "/opt/spark/work-dir");
    Properties conf = properties(FOLDER.resolve("spark-submit.conf"));
    assertThat(conf.getProperty("spark.kubernetes.driver.podTemplateFile"))
        .isEqualTo("deploy/kubernetes/pod.yaml");
    assertThat(conf.getProperty("spark.kubernetes.driver.podTemplateContainerName"))
        .isEqualTo(container.path("name").asText());
  }

  private static void careful(JsonNode pod, JsonNode container) {
    assertThat(pod.path("runAsNonRoot").asBoolean()).isTrue();
    assertThat(pod.path("runAsUser").asText()).isEqualTo(SPARK_USER);
    assertThat(container.path("readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(container.path("privileged").asBoolean(true)).isFalse();
    assertThat(container.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(container.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
  }

  @ParameterizedTest
  @MethodSource("applications")
  void secretsComeByReference(Path file) throws IOException {
    JsonNode application = application(KubernetesFiles.documents(file).get(0));
    List<String> referred = new ArrayList<>();
    for (String role : List.of("driver", "executor")) {
      for (JsonNode variable : application.path(role).path("env")) {
        String name = variable.path("name").asText();
        if (name.matches(".*(KEY|SECRET|PASSWORD|TOKEN).*")) {
          assertThat(variable.has("value")).as(name).isFalse();
          assertThat(variable.at("/valueFrom/secretKeyRef/name").asText()).isNotEmpty();
          referred.add(name);
        }
      }
    }
    assertThat(referred).hasSize(4);
    assertThat(application.path("sparkConf").fieldNames())
        .toIterable()
        .noneMatch(key -> key.matches("(?i).*(secret|password|token|access.?key).*"));
  }

  @ParameterizedTest
  @MethodSource("applications")
  void theSettingsThatMatterAreThoseOfEveryRun(Path file) throws IOException {
    JsonNode conf = application(KubernetesFiles.documents(file).get(0)).path("sparkConf");
    Map<String, String> settings = new TreeMap<>();
    conf.fields().forEachRemaining(each -> settings.put(each.getKey(), each.getValue().asText()));
    assertThat(settings).containsAllEntriesOf(shipped());
  }

  @Test
  void andThoseOfSparkSubmitToo() throws IOException {
    Map<String, String> settings = new TreeMap<>();
    properties(FOLDER.resolve("spark-submit.conf"))
        .forEach((key, value) -> settings.put((String) key, (String) value));
    assertThat(settings).containsAllEntriesOf(shipped());
  }

  private static Map<String, String> shipped() throws IOException {
    Map<String, String> shipped = new TreeMap<>();
    properties(ROOT.resolve("conf/spark-defaults.conf"))
        .forEach((key, value) -> shipped.put((String) key, (String) value));
    shipped.keySet().removeAll(OF_THE_MACHINE);
    assertThat(shipped).hasSizeGreaterThan(8);
    return shipped;
  }

  private static Properties properties(Path file) throws IOException {
    Properties properties = new Properties();
    try (var in = Files.newBufferedReader(file)) {
      properties.load(in);
    }
    return properties;
  }

  @ParameterizedTest
  @MethodSource("applications")
  void theCommandIsOneOfMillraces(Path file) throws IOException {
    JsonNode application = application(KubernetesFiles.documents(file).get(0));
    assertThat(application.path("mainClass").asText()).isEqualTo(Main.class.getName());
    List<String> words = new ArrayList<>();
    application.path("arguments").forEach(word -> words.add(word.asText()));
    var parsed = new CommandLine(Main.class).parseArgs(words.toArray(String[]::new));
    assertThat(parsed.hasSubcommand()).isTrue();
  }

  @Test
  void anEvictedDriverIsStartedAgainAndNightsDoNotOverlap() throws IOException {
    assertThat(read("train.yaml").at("/spec/restartPolicy/type").asText()).isEqualTo("OnFailure");
    assertThat(read("train.yaml").at("/spec/arguments").toString())
        .contains("\"--resume\",\"auto\"");
    assertThat(read("nights.yaml").at("/spec/concurrencyPolicy").asText()).isEqualTo("Forbid");
  }

  @Test
  void theDriversRoleIsBoundToItsAccount() throws IOException {
    List<JsonNode> documents = KubernetesFiles.documents(FOLDER.resolve("access.yaml"));
    assertThat(documents)
        .extracting(each -> each.path("kind").asText())
        .containsExactly("ServiceAccount", "Role", "RoleBinding");
    JsonNode binding = documents.get(2);
    assertThat(binding.at("/roleRef/name")).isEqualTo(documents.get(1).at("/metadata/name"));
    assertThat(binding.at("/subjects/0/name")).isEqualTo(documents.get(0).at("/metadata/name"));
    assertThat(read("train.yaml").at("/spec/driver/serviceAccount"))
        .isEqualTo(documents.get(0).at("/metadata/name"));
  }
}
