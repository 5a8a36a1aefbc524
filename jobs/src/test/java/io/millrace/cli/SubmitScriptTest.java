package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubmitScriptTest {
  @Test
  void aSparkHomeThatHoldsNoSparkIsSaidInOneLine(@TempDir Path dir) throws Exception {
    assertThat(submit(dir.toString(), 2))
        .isEqualTo(
            "error: Invalid SPARK_HOME: "
                + dir
                + " (must hold bin/spark-submit; unset it to run Spark from Maven's jars)\n");
  }

  private static String submit(String sparkHome, int code)
      throws IOException, InterruptedException {
    Path script = Path.of(System.getProperty("basedir", ".")).resolve("../deploy/submit");
    ProcessBuilder submit =
        new ProcessBuilder("bash", script.toString(), "plan").redirectErrorStream(true);
    submit.environment().put("SPARK_HOME", sparkHome);
    Process process = submit.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isEqualTo(code);
    return said;
  }
}
