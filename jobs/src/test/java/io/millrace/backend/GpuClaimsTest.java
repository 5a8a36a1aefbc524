package io.millrace.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.millrace.ChildJvm;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpuClaimsTest {
  private static final long GIB = 1L << 30;

  @TempDir private Path folder;

  private static NvidiaSmi withMemory(String mebibytes) {
    return new NvidiaSmi(List.of("sh", "-c", "echo '" + mebibytes + "'"));
  }

  /** Claims a GPU until its input ends: the other process of the test. */
  static final class Other {
    private Other() {}

    public static void main(String[] args) throws Exception {
      new GpuClaims(Path.of(args[0]), withMemory("1")).take(args[1], 0);
      System.out.println("claimed");
      System.in.read();
    }
  }

  @Test
  void aGpuOnWhichAnotherProcessTrainsIsRefusedByName() throws Exception {
    Process other =
        ChildJvm.start(entry -> true, Other.class.getName(), folder.toString(), "MIG-GPU-5d5b/7/0");
    try (BufferedReader said = other.inputReader(StandardCharsets.UTF_8)) {
      assertThat(said.lines().anyMatch("claimed"::equals)).isTrue();
      GpuClaims claims = new GpuClaims(folder, withMemory("40960"));
      assertThatIllegalStateException()
          .isThrownBy(() -> claims.take("MIG-GPU-5d5b/7/0", 0))
          .withMessage(
              "Cannot train on GPU MIG-GPU-5d5b/7/0: process %d of this machine trains on it, by %s/millrace-gpu-MIG-GPU-5d5b-7-0.lock (must be one replica a GPU: CUDA_VISIBLE_DEVICES shows each Spark worker its own)",
              other.pid(), folder);
      claims.take("1", 0);
      claims.take("1", 0); // its own
      other.getOutputStream().close();
      assertThat(other.waitFor()).isZero();
      claims.take("MIG-GPU-5d5b/7/0", 0); // it is free again
    }
  }

  @Test
  void aGpuWithLessMemoryThanThePlanNeedsIsRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> new GpuClaims(folder, withMemory("2047")).take("0", 2 * GIB))
        .withMessage(
            "Cannot train on GPU 0: it has 2047 MiB, the plan needs 2048 MiB there (lower"
                + " training.batchPerWorker)");
    assertThat(folder).isEmptyDirectory();
    new GpuClaims(folder, withMemory("2048")).take("0", 2 * GIB);
    new GpuClaims(folder, withMemory("[N/A]")).take("1", 2 * GIB);
    new GpuClaims(folder, withMemory("1")).take("MIG-1", 2 * GIB); // 1 is not its own memory
  }

  @Test
  void aFolderThatTakesNoFileIsNoReasonToStop() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatCode(() -> new GpuClaims(file, withMemory("1")).take("0", 0))
        .doesNotThrowAnyException();
  }
}
