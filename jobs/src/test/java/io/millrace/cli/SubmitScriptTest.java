package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubmitScriptTest {
  @Test
  void aSparkHomeThatHoldsNoSparkIsSaidInOneLine(@TempDir Path dir) throws Exception {
    assertThat(submit(Map.of("SPARK_HOME", dir.toString()), "plan"))
        .isEqualTo(
            "error: Invalid SPARK_HOME: "
                + dir
                + " (must hold bin/spark-submit; unset it to run Spark from Maven's jars)\n");
  }

  /** Spark answers these with a page of usage, or with a stack. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--properties-file /no.conf|Invalid --properties-file: /no.conf (must be a file that can be read)",
        "--properties-file=/tmp|Invalid --properties-file: /tmp (must be a file that can be read)",
        "--conf spark.executor.cores|Invalid --conf: spark.executor.cores (must be KEY=VALUE)",
        "-c =2|Invalid -c: =2 (must be KEY=VALUE)",
        "--conf|Missing value of --conf"
      })
  void aFlagThatCannotBeMeantIsRefusedInOneLine(String words, String message) throws Exception {
    assertThat(submit(Map.of(), words.split(" "))).isEqualTo("error: " + message + "\n");
  }

  @Test
  void aBackendThatIsNoneIsNotBuilt() throws Exception {
    assertThat(submit(Map.of("BACKEND", "tpu"), "plan"))
        .isEqualTo("error: Invalid BACKEND: tpu (must be cpu or cuda)\n");
  }

  private static String submit(Map<String, String> variables, String... words)
      throws IOException, InterruptedException {
    Path script = Path.of(System.getProperty("basedir", ".")).resolve("../deploy/submit");
    List<String> command = new ArrayList<>(List.of("bash", script.toString()));
    command.addAll(List.of(words));
    ProcessBuilder submit = new ProcessBuilder(command).redirectErrorStream(true);
    submit.environment().remove("SPARK_HOME");
    submit.environment().putAll(variables);
    Process process = submit.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isEqualTo(2);
    return said;
  }
}
