package io.millrace.backend;

import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What computes in this JVM.
 *
 * @param backend ND4J's executioner, such as NATIVE_CPU or CUDA
 * @param binary JavaCPP's extension of the native binary, such as {@code -onednn-avx512}
 * @param threads OpenMP threads that a replica uses, as the environment asks
 * @param gigaflops GFLOP/s of one 3x3 convolution, 64 channels, 8x8, batch 32
 */
public record BackendProbe(String backend, String binary, String threads, double gigaflops) {
  private static final Logger LOG = LoggerFactory.getLogger(BackendProbe.class);
  private static final int RUNS = 5;
  private static final int BATCH = 32;
  private static final int SIDE = 8;
  private static final int CHANNELS = 64;
  private static final int KERNEL = 3;

  /** Selects the native binary, measures, logs one line, and warns when it will be slow. */
  public static BackendProbe run() {
    String binary = NativeBinary.select();
    ExecutionerType type = Nd4j.getExecutioner().type();
    String threads = System.getenv().getOrDefault("OMP_NUM_THREADS", "all");
    BackendProbe probe = new BackendProbe(type.name(), binary, threads, measure());
    LOG.info("{}", probe);
    if (type == ExecutionerType.NATIVE_CPU && !binary.contains("onednn")) {
      LOG.warn("Convolutions will be slow: the native binary {} has no oneDNN", binary);
    }
    return probe;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "Backend %s, binary %s, OpenMP threads %s, %.0f GFLOP/s on a 3x3 convolution",
        backend,
        binary,
        threads,
        gigaflops);
  }

  private static double measure() {
    INDArray x = Nd4j.rand(new long[] {BATCH, SIDE, SIDE, CHANNELS});
    INDArray w = Nd4j.rand(new long[] {CHANNELS, CHANNELS, KERNEL, KERNEL});
    INDArray y = Nd4j.create(BATCH, SIDE, SIDE, CHANNELS);
    long best = Long.MAX_VALUE;
    for (int i = 0; i < RUNS; i++) {
      long start = System.nanoTime();
      Nd4j.exec(
          DynamicCustomOp.builder("conv2d")
              .addInputs(x, w)
              .addOutputs(y)
              .addIntegerArguments(KERNEL, KERNEL, 1, 1, 1, 1, 1, 1, 0, 1, 1)
              .build());
      Nd4j.getExecutioner().commit();
      best = Math.min(best, System.nanoTime() - start);
    }
    return 2.0 * BATCH * SIDE * SIDE * KERNEL * KERNEL * CHANNELS * CHANNELS / best;
  }
}
