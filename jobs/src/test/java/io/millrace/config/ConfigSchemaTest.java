package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.millrace.series.SeriesConfig;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** The schemas that editors go by, held by networknt's validator against what the reader takes. */
class ConfigSchemaTest {
  private static final Path CONF = Path.of("..", "conf");
  private static final ObjectMapper JSON = new ObjectMapper();
  static final String RUN = "millrace.schema.json";
  static final String SERIES = "millrace-series.schema.json";
  private static final JsonSchema SCHEMA = schema(text(RUN));

  /** What {@link KeyTableTest} holds the shipped files against. */
  static String text(String file) {
    return file.equals(RUN)
        ? ConfigSchema.of(RunConfig.class, "A config of Millrace")
        : ConfigSchema.of(SeriesConfig.class, "A series of Millrace");
  }

  private static JsonSchema schema(String text) {
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(text);
  }

  static List<Path> shipped() throws IOException {
    try (Stream<Path> files = Files.walk(CONF)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void everyShippedConfigIsValidAndNamesItsSchema(Path file) throws IOException {
    boolean series = file.getParent().endsWith("ablation");
    String yaml = Files.readString(file);
    assertThat(yaml)
        .startsWith(
            "# yaml-language-server: $schema=%s\n".formatted(series ? "../" + SERIES : RUN));
    assertThat((series ? schema(text(SERIES)) : SCHEMA).validate(json(yaml))).isEmpty();
  }

  @Test
  void everyKeyOfAResolvedConfigIsInTheSchema() {
    for (OtherValue each : OtherValue.ofEachKey()) {
      for (RunConfig config : List.of(each.before(), each.after())) {
        assertThat(problems(ConfigWriter.yaml(config))).as(each.key()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "trainin: {epochs: 3}",
        "training: {epoch: 3}",
        "training: {epochs: 0}",
        "training: {epochs: 1.5}",
        "training: {epochs: many}",
        "augment: [random_crop: {hight: 3, width: 3}]",
        "augment: [random_krop]",
        "optimizer: {kind: adamm}",
        "optimizer: {kind: lars, beta2: 0.9}",
        "optimizer: {beta2: 0.9}",
        "averaging: {every: 0}",
        "averaging: {every: {qsr: {bas: 4}}}",
        "model: {architecture: resnet, depth: x}",
        "learningRate: {base: -1}",
        "loss: {mixing: {kind: mixup, alfa: 1}}",
        "source: {path: 'a', formt: parquet}",
        "source: {format: parkett}",
        "stages: [{name: a, epochs: 1, optimizer: {momentun: 0.5}}]",
        "stages: [{epochs: 1}]",
        "dataset: {validationShare: 2}",
        "name: 'a/b'",
      })
  void whatTheReaderRefusesTheSchemaRefuses(String yaml) {
    assertThat(problems(yaml)).isNotEmpty();
    assertThat(reads(yaml)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "training: {epochs: '${EPOCHS}'}",
        "optimizer: {kind: com.example.Own, anything: 3}",
        "optimizer: {kind: adam, beta2: 0.9}",
        "optimizer: {momentum: 0.8}",
        "augment: [horizontal_flip, random_crop: {height: 224, width: 224}]",
        "averaging: {every: 8}",
        "averaging: {every: {kind: qsr, base: 4, alpha: 0.8}}",
        "source: {path: [a, b], where: 'day > 3'}",
        "source: {path: a, split: null}",
        "training: {fastPath: true}",
        "name: 7",
        "stages: [{name: a, epochs: 1, train: head, optimizer: {momentum: 0.5}}]",
        "init: {rules: [{names: '*.b', kind: constant, value: 1}]}",
      })
  void whatTheReaderTakesTheSchemaTakes(String yaml) {
    assertThat(problems(yaml)).isEmpty();
  }

  private static boolean reads(String yaml) {
    try {
      ConfigReader.read("test", yaml, List.of());
      return true;
    } catch (ConfigException e) {
      return false;
    }
  }

  private static Set<ValidationMessage> problems(String yaml) {
    return SCHEMA.validate(json(yaml));
  }

  /** YAML as editors read it, by the core schema of YAML 1.2. */
  private static JsonNode json(String yaml) {
    return json(new Yaml().compose(new StringReader(yaml)));
  }

  private static JsonNode json(Node node) {
    if (node instanceof MappingNode mapping) {
      ObjectNode object = JSON.createObjectNode();
      mapping
          .getValue()
          .forEach(
              each ->
                  object.set(
                      ((ScalarNode) each.getKeyNode()).getValue(), json(each.getValueNode())));
      return object;
    }
    if (node instanceof SequenceNode sequence) {
      ArrayNode array = JSON.createArrayNode();
      sequence.getValue().forEach(each -> array.add(json(each)));
      return array;
    }
    ScalarNode scalar = (ScalarNode) node;
    String text = scalar.getValue();
    if (scalar.getScalarStyle() != ScalarStyle.PLAIN) {
      return JSON.valueToTree(text);
    }
    if (text.matches("|~|null|Null|NULL")) {
      return JSON.nullNode();
    }
    if (text.matches("true|false")) {
      return JSON.valueToTree(Boolean.valueOf(text));
    }
    if (text.matches("[-+]?[0-9]+")) {
      return JSON.valueToTree(Long.valueOf(text));
    }
    return text.matches("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?")
        ? JSON.valueToTree(Double.valueOf(text))
        : JSON.valueToTree(text);
  }
}
