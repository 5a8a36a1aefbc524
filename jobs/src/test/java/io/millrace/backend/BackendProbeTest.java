package io.millrace.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BackendProbeTest {
  @Test
  void tellsBackendBinaryThreadsAndSpeed() {
    BackendProbe probe = BackendProbe.run();
    assertThat(probe.binary()).isEqualTo(NativeBinary.select());
    assertThat(probe.gigaflops()).isPositive();
    assertThat(probe.toString()).startsWith("Backend NATIVE_CPU, binary -onednn");
  }

  @Test
  void refusesAGpuThatTheBinariesHoldNoCodeFor() {
    BackendProbe.checkGpu("A10", 8, 6);
    assertThatThrownBy(() -> BackendProbe.checkGpu("H100", 9, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot use GPU H100: compute capability 9.0 (must be <= 8.6)");
  }
}
