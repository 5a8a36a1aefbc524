package io.millrace.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpusTest {
  @TempDir Path folder;

  private static void check(String... lines) {
    Gpus.check(List.of("printf", "%s\\n", String.join("\n", lines)), List.of(), null);
  }

  @Test
  void aGpuThatTheBinariesHoldNoCodeForIsRefused() {
    assertThatThrownBy(() -> check("NVIDIA A10, 8.6", "NVIDIA H100 PCIe, 9.0"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot use GPU NVIDIA H100 PCIe: compute capability 9.0 (must be 3.7 to 8.9)");
    assertThatThrownBy(() -> check("Tesla M2090, 2.0"))
        .hasMessage("Cannot use GPU Tesla M2090: compute capability 2.0 (must be 3.7 to 8.9)");
    assertThatThrownBy(() -> check("Tesla K40m, 3.5")).hasMessageContaining("capability 3.5");
  }

  @Test
  void othersAndAMachineThatCannotTellPass() {
    assertThatCode(() -> check("Tesla K80, 3.7", "Tesla V100, 7.0", "NVIDIA L4, 8.9"))
        .doesNotThrowAnyException();
    assertThatCode(() -> check("NVIDIA T4, [N/A]", "NVIDIA A10, 8.6")).doesNotThrowAnyException();
    assertThatCode(() -> Gpus.check(List.of("no-such-nvidia-smi"), List.of(), null))
        .doesNotThrowAnyException();
    assertThatCode(() -> Gpus.check(List.of("false"), List.of(), null)).doesNotThrowAnyException();
  }

  @Test
  void onlyThoseAssignedAreLookedAt() throws IOException {
    assertThat(asked(List.of("0", "2"), "1")).isEqualTo("--query --id=0,2");
    assertThat(asked(List.of(), "1,3")).isEqualTo("--query --id=1,3");
    assertThat(asked(List.of(), null)).isEqualTo("--query");
  }

  /** What the tool was asked for. */
  private String asked(List<String> assigned, String visible) throws IOException {
    Path asked = folder.resolve("asked");
    String script = "echo \"$@\" > " + asked + "; echo 'NVIDIA A10, 8.6'";
    Gpus.check(List.of("sh", "-c", script, "tool", "--query"), assigned, visible);
    return Files.readString(asked).strip();
  }
}
