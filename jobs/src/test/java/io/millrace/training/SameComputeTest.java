package io.millrace.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.backend.Compute;
import io.millrace.cluster.Location;
import io.millrace.epoch.FeedReport;
import org.junit.jupiter.api.Test;

class SameComputeTest {
  private final SameCompute compute = new SameCompute();

  private static WorkerResult result(String executor, String isa, String threads) {
    return new WorkerResult(
        0,
        1,
        null,
        new float[0][],
        new Location(executor, "host", 1),
        new Compute("-onednn-" + isa, isa, threads, "haswell", "32+1024+0"),
        FeedReport.of(1));
  }

  @Test
  void likeExecutorsAgree() {
    compute.check(result("a", "avx2", "1"));
    compute.check(result("b", "avx2", "1"));
    assertThat(compute.agreed())
        .contains(new Compute("-onednn-avx2", "avx2", "1", "haswell", "32+1024+0"));
  }

  @Test
  void anExecutorWithAnotherInstructionSetIsRefused() {
    compute.check(result("a", "avx512", "1"));
    assertThatThrownBy(() -> compute.check(result("b", "avx2", "1")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Cannot train on unlike executors: executor a on host has binary -onednn-avx512, ISA avx512,"
                + " OpenMP threads 1, BLAS kernels haswell, caches 32+1024+0 KB, executor b on host has"
                + " binary -onednn-avx2, ISA avx2, OpenMP threads 1, BLAS kernels haswell, caches"
                + " 32+1024+0 KB; set training.nativeBinary to the lower");
  }

  @Test
  void anotherComputeThanTheCheckpointsIsRefusedUnlessAccepted() {
    Compute before = new Compute("-onednn-avx2", "avx2", "1", "zen", "32+512+0");
    compute.expect(before, false);
    assertThatThrownBy(() -> compute.check(result("a", "avx2", "1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot resume with other bits: the checkpoint was computed with binary -onednn-avx2, ISA"
                + " avx2, OpenMP threads 1, BLAS kernels zen, caches 32+512+0 KB, executor a on host"
                + " has binary -onednn-avx2, ISA avx2, OpenMP threads 1, BLAS kernels haswell, caches"
                + " 32+1024+0 KB (resume on machines like those, or --accept compute)");
    SameCompute accepting = new SameCompute();
    accepting.expect(before, true);
    accepting.check(result("a", "avx2", "1"));
    assertThat(accepting.agreed()).contains(result("a", "avx2", "1").compute());
  }

  @Test
  void anExecutorWithOtherThreadsIsRefused() {
    compute.check(result("a", "avx2", "1"));
    assertThatThrownBy(() -> compute.check(result("b", "avx2", "2")))
        .hasMessageContaining("OpenMP threads 2");
  }

  @Test
  void anExecutorWithoutBf16IsRefusedBesideOneThatHasIt() {
    Compute wide = result("a", "avx512", "1").compute();
    assertThat(wide.inBf16().isa()).isEqualTo("avx512_bf16");
    compute.expect(wide.inBf16(), false);
    assertThatThrownBy(() -> compute.check(result("a", "avx512", "1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "the checkpoint was computed with binary -onednn-avx512, ISA avx512_bf16");
  }
}
