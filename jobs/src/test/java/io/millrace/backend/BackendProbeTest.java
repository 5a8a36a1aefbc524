package io.millrace.backend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BackendProbeTest {
  @Test
  void tellsBackendBinaryIsaThreadsAndSpeed() {
    BackendProbe probe = BackendProbe.here();
    assertThat(probe.compute()).isEqualTo(Compute.here());
    assertThat(probe.gigaflops()).isPositive();
    assertThat(probe.toString())
        .matches(
            "Backend NATIVE_CPU, binary -onednn\\S*, ISA \\w+, OpenMP threads 1, BLAS kernels [a-z]+\\d?,"
                + " caches \\d+\\+\\d+\\+\\d+( \\(OPENBLAS_L2_SIZE \\d+\\))? KB, \\d+ GFLOP/s on a 3x3 convolution");
  }

  @Test
  void measuresOnceAJvm() {
    assertThat(BackendProbe.here()).isSameAs(BackendProbe.here());
  }
}
