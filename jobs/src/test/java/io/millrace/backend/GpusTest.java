package io.millrace.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpusTest {
  @TempDir private Path folder;

  private static void check(String... lines) {
    String script = "cat << END\n%s\nEND\n".formatted(String.join("\n", lines));
    Gpus.check(new NvidiaSmi(List.of("sh", "-c", script)), List.of(), null);
  }

  private static void refused(String line, String message) {
    assertThatIllegalStateException().isThrownBy(() -> check(line)).withMessage(message);
  }

  @Test
  void aGpuThatTheBinariesHoldNoCodeForIsRefused() {
    refused(
        "NVIDIA A10, 8.6, 535.54.03\nNVIDIA H100 PCIe, 9.0, 535.54.03",
        "Cannot use GPU NVIDIA H100 PCIe: compute capability 9.0 (must be 3.7 to 8.9)");
    refused(
        "Tesla M2090, 2.0, 535.54.03",
        "Cannot use GPU Tesla M2090: compute capability 2.0 (must be 3.7 to 8.9)");
    refused(
        "Tesla K40m, 3.5, 470.57.02",
        "Cannot use GPU Tesla K40m: compute capability 3.5 (must be 3.7 to 8.9)");
  }

  @Test
  void aDriverFromBeforeCuda11IsRefused() {
    refused(
        "Tesla V100, 7.0, 440.118.02",
        "Cannot use GPU Tesla V100: driver 440.118.02 (must be 450.80.02 or newer, for CUDA 11.6)");
    refused(
        "Tesla V100, 7.0, 450.51.06",
        "Cannot use GPU Tesla V100: driver 450.51.06 (must be 450.80.02 or newer, for CUDA 11.6)");
    assertThatCode(() -> check("Tesla V100, 7.0, 450.80.02", "Tesla V100, 7.0, 1000.1"))
        .doesNotThrowAnyException();
  }

  @Test
  void othersAndAMachineThatCannotTellPass() {
    assertThatCode(
            () -> check("Tesla K80, 3.7, 470.57.02", "Tesla V100, 7.0, 510.39.01", "L4, 8.9, 550"))
        .doesNotThrowAnyException();
    assertThatCode(() -> check("NVIDIA T4, [N/A], [N/A]", "NVIDIA A10, 8.6, 535.1", "odd"))
        .doesNotThrowAnyException();
    for (String tool : List.of("no-such-nvidia-smi", "false")) {
      assertThatCode(() -> Gpus.check(new NvidiaSmi(List.of(tool)), List.of(), null))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void onlyThoseAssignedAreLookedAt() throws IOException {
    String query = "--query-gpu=name,compute_cap,driver_version --format=csv,noheader,nounits";
    assertThat(asked(List.of("0", "2"), "1")).isEqualTo(query + " --id=0,2");
    assertThat(asked(List.of(), "1,3")).isEqualTo(query + " --id=1,3");
    assertThat(asked(List.of(), null)).isEqualTo(query);
    assertThat(asked(List.of("MIG-c6d4"), null)).isEqualTo(query);
  }

  @Test
  void severalMigDevicesAreRefusedAsCudaShowsOne() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Gpus.check(NvidiaSmi.here(), List.of("MIG-a", "MIG-b"), null))
        .withMessage(
            "Cannot use MIG devices MIG-a, MIG-b: CUDA shows a process one of them (must be one an"
                + " executor, spark.executor.resource.gpu.amount=1)");
  }

  @Test
  void cudaIsShownWhatSparkAssignedAndNothingElse() {
    assertThat(Gpus.narrowed(null, List.of("2"))).isEqualTo("2");
    assertThat(Gpus.narrowed("1, 2,3", List.of("3", "1"))).isEqualTo("3,1");
    assertThat(Gpus.narrowed(null, List.of("MIG-c6d4"))).isEqualTo("MIG-c6d4");
    assertThat(Gpus.narrowed("0", List.of())).isEqualTo("0");
    assertThat(Gpus.narrowed(null, List.of())).isNull();
    // What is not shown is not widened: the device is refused when it is chosen.
    assertThat(Gpus.narrowed("0,1", List.of("2"))).isEqualTo("0,1");
  }

  /** What the tool was asked for. */
  private String asked(List<String> assigned, String visible) throws IOException {
    Path asked = folder.resolve("asked");
    String script = "echo \"$@\" > " + asked + "; echo 'NVIDIA A10, 8.6, 535.54.03'";
    Gpus.check(new NvidiaSmi(List.of("sh", "-c", script, "tool")), assigned, visible);
    return Files.readString(asked).strip();
  }
}
