package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What deploy/submit gives to a site's spark-submit, and makes of what that says. */
@Timeout(60)
class SubmitIT {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  @TempDir private Path folder;
  private Path submit;

  private record Outcome(int code, List<String> lines) {
    /** The last value that a flag or {@code --conf} gives for a key, as Spark takes it. */
    String conf(String key) {
      return lines.stream()
          .filter(line -> line.startsWith(key + "="))
          .reduce("", (earlier, later) -> later)
          .replaceFirst("^[^=]*=", "");
    }
  }

  @BeforeEach
  void makeASpark() throws IOException {
    submit = Files.createDirectories(folder.resolve("spark/bin")).resolve("spark-submit");
    says("printf '%s\\n' \"$@\"");
    Files.createDirectory(folder.resolve("spark/conf"));
  }

  @Test
  void theSitesDefaultsBeatOurs() throws Exception {
    Files.writeString(
        folder.resolve("spark/conf/spark-defaults.conf"),
        """
        # of the site
        spark.master            spark://site:7077
        spark.executor.memory = 13g
        spark.driver.memory: 3g
        spark.driver.extraJavaOptions -Dsite=yes
        spark.executor.extraJavaOptions -Dsite=too
        spark.dynamicAllocation.enabled true""");
    Outcome outcome = submit(Map.of(), "train");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.lines())
        .noneMatch(line -> line.matches("spark\\.(master|executor\\.memory|driver\\.memory)=.*"));
    assertThat(outcome.conf("spark.task.maxFailures")).isEqualTo("4");
    assertThat(outcome.conf("spark.driver.extraJavaOptions"))
        .startsWith("-XX:+IgnoreUnrecognizedVMOptions ")
        .endsWith(" -Dsite=yes");
    assertThat(outcome.conf("spark.executor.extraJavaOptions"))
        .contains("-XX:+UseTransparentHugePages ")
        .endsWith(" -Dsite=too");
    assertThat(outcome.conf("spark.dynamicAllocation.enabled")).isEqualTo("false");
    assertThat(outcome.lines())
        .first()
        .asString()
        .startsWith("spark.dynamicAllocation.enabled is false here, not true as in " + folder);
  }

  @Test
  void aPropertiesFileTakesThePlaceOfTheSitesAndVariablesCount() throws Exception {
    Files.writeString(folder.resolve("spark/conf/spark-defaults.conf"), "spark.driver.memory 3g\n");
    Path mine = Files.writeString(folder.resolve("my.conf"), "spark.master yarn\n");
    Outcome outcome =
        submit(
            Map.of("SPARK_EXECUTOR_MEMORY", "9g"), "--properties-file", mine.toString(), "train");
    assertThat(outcome.conf("spark.driver.memory")).isEqualTo("4g");
    assertThat(outcome.lines())
        .noneMatch(line -> line.matches("spark\\.(master|executor\\.memory)=.*"));
  }

  @Test
  void aDriverOnAWorkerCountsRelativePathsFromHere() throws Exception {
    Outcome outcome =
        submit(Map.of(), "--master", "spark://h:7077", "--deploy-mode=cluster", "train");
    String here = " \"-Duser.dir=" + folder.toRealPath() + "\"";
    assertThat(outcome.lines()).anyMatch(line -> line.endsWith(here));
  }

  @Test
  void aMasterThatSparkHasNoManagerForIsRefusedInOneLine() throws Exception {
    Outcome outcome = submit(Map.of("MASTER", "yarn-client"), "train");
    assertThat(outcome)
        .isEqualTo(
            new Outcome(
                2,
                List.of(
                    "error: Invalid --master: yarn-client (must be local, local[N], spark://HOST:PORT, yarn or k8s://URL)")));
  }

  @Test
  void aDriverThatWaitsOrFailsOnTheClusterIsSaid() throws Exception {
    says(
        """
        echo 'INFO ClientEndpoint: State of driver-1 is SUBMITTED'
        echo 'INFO ClientEndpoint: Driver running on 10.0.0.7:4001 (worker-3)'
        echo 'INFO ClientEndpoint: State of driver driver-1 is FAILED, exiting spark-submit JVM.'""");
    Outcome outcome =
        submit(Map.of(), "--master", "spark://h:7077", "--deploy-mode", "cluster", "train");
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.lines())
        .filteredOn(line -> line.startsWith("waiting: "))
        .singleElement()
        .asString()
        .contains("a free core and 4g of memory for the driver");
    assertThat(outcome.lines())
        .last()
        .asString()
        .startsWith("error: The driver ended as FAILED; why stands in work/driver-1/stderr of 10.");
  }

  private void says(String script) throws IOException {
    Files.writeString(submit, "#!/usr/bin/env bash\n" + script + "\n");
    assertThat(submit.toFile().setExecutable(true)).isTrue();
  }

  private Outcome submit(Map<String, String> variables, String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of(ROOT.resolve("deploy/submit").toString()));
    command.addAll(List.of(words));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeAll(List.of("SPARK_CONF_DIR", "MASTER"));
    builder.environment().put("SPARK_HOME", folder.resolve("spark").toString());
    builder.environment().putAll(variables);
    Process process = builder.start();
    List<String> lines = process.inputReader(StandardCharsets.UTF_8).lines().toList();
    return new Outcome(process.waitFor(), lines);
  }
}
