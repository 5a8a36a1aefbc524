package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.ChildJvm;
import io.millrace.backend.BackendProbe;
import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class NativeBinaryPinTest {
  /** Starts Spark as a command does and prints the ND4J binary that the JVM then has mapped. */
  public static final class PinnedSession {
    public static void main(String[] args) throws Exception {
      RunConfig config = ConfigReader.read("run.yaml", "training: {nativeBinary: avx2}", List.of());
      try (var spark = Sessions.start("train", config)) {
        BackendProbe.here();
        Files.readAllLines(Path.of("/proc/self/maps")).stream()
            .filter(line -> line.endsWith("/libnd4jcpu.so"))
            .forEach(System.out::println);
      }
    }
  }

  @Test
  void thePinnedBinaryIsLoadedAndProbedOnceThoughDriverAndExecutorShareAJvm() throws Exception {
    List<String> lines =
        ChildJvm.run(
            path -> true,
            "-Dspark.master=local[1,4]",
            "-Dspark.ui.enabled=false",
            PinnedSession.class.getName());
    assertThat(lines.stream().filter(line -> line.endsWith("/libnd4jcpu.so")))
        .isNotEmpty()
        .allMatch(line -> line.contains("/linux-x86_64-onednn-avx2/"));
    assertThat(lines.stream().filter(line -> line.contains("BackendProbe")))
        .singleElement()
        .asString()
        .contains("INFO BackendProbe: Backend NATIVE_CPU, binary -onednn-avx2, ISA ");
  }
}
