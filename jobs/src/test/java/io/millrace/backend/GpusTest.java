package io.millrace.backend;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class GpusTest {
  private static List<String> answering(String... lines) {
    return List.of("printf", "%s\\n", String.join("\n", lines));
  }

  @Test
  void aGpuThatTheBinariesHoldNoCodeForIsRefused() {
    assertThatThrownBy(() -> Gpus.check(answering("NVIDIA A10, 8.6", "NVIDIA H100 PCIe, 9.0")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot use GPU NVIDIA H100 PCIe: compute capability 9.0 (must be <= 8.6)");
  }

  @Test
  void olderOnesAndAMachineThatCannotTellPass() {
    assertThatCode(() -> Gpus.check(answering("Tesla V100, 7.0", "NVIDIA A10, 8.6")))
        .doesNotThrowAnyException();
    assertThatCode(() -> Gpus.check(List.of("no-such-nvidia-smi"))).doesNotThrowAnyException();
    assertThatCode(() -> Gpus.check(List.of("false"))).doesNotThrowAnyException();
  }
}
