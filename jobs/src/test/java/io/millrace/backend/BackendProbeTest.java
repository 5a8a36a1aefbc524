package io.millrace.backend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BackendProbeTest {
  @Test
  void tellsBackendBinaryThreadsAndSpeed() {
    BackendProbe probe = BackendProbe.run();
    assertThat(probe.binary()).isEqualTo(NativeBinary.select());
    assertThat(probe.gigaflops()).isPositive();
    assertThat(probe.toString()).startsWith("Backend NATIVE_CPU, binary -onednn");
  }
}
