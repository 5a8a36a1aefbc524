package io.millrace.backend;

import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What computes in this JVM, and how fast.
 *
 * @param backend ND4J's executioner, such as NATIVE_CPU or CUDA
 * @param compute native binary, instruction set and threads
 * @param gigaflops GFLOP/s of one 3x3 convolution, 64 channels, 8x8, batch 32
 */
public record BackendProbe(String backend, Compute compute, double gigaflops) {
  private static final Logger LOG = LoggerFactory.getLogger(BackendProbe.class);
  private static final int SIZE = 67;
  private static final int RUNS = 5;
  private static final int BATCH = 32;
  private static final int SIDE = 8;
  private static final int CHANNELS = 64;
  private static final int KERNEL = 3;

  private static BackendProbe probe;

  /**
   * That of this JVM. The first call selects the native binary, measures, logs one line, and warns
   * when it will be slow.
   *
   * @throws IllegalStateException for a GPU that the binaries hold no code for
   */
  public static synchronized BackendProbe here() {
    if (probe == null) {
      Compute compute = Compute.here();
      ExecutionerType type = Nd4j.getExecutioner().type();
      multiplies(compute);
      probe = new BackendProbe(type.name(), compute, measure());
      LOG.info("{}", probe);
      if (type == ExecutionerType.NATIVE_CPU && !compute.binary().contains("onednn")) {
        LOG.warn("Convolutions will be slow: the native binary {} has no oneDNN", compute.binary());
      }
    }
    return probe;
  }

  /** Makes the first call in the background: loading ND4J takes longer than an executor's start. */
  static void start() {
    Thread thread = new Thread(BackendProbe::here, "backend-probe");
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler((t, e) -> LOG.error("{}", e.getMessage()));
    thread.start();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "Backend %s, %s, %.0f GFLOP/s on a 3x3 convolution",
        backend,
        compute,
        gigaflops);
  }

  /**
   * Refuses kernels that multiply wrongly here: old ones do on some newer CPUs.
   *
   * @throws IllegalStateException where they do
   */
  private static void multiplies(Compute compute) {
    float[] a = new float[SIZE * SIZE];
    for (int i = 0; i < a.length; i++) {
      a[i] = (i * 37 % 101 - 50) / 64f; // products and sums of these are exact in fp32
    }
    INDArray matrix = Nd4j.createFromArray(a).reshape(SIZE, SIZE);
    float[] product = matrix.mmul(matrix).dup('c').data().asFloat();
    for (int i = 0; i < a.length; i++) {
      double sum = 0;
      for (int k = 0; k < SIZE; k++) {
        sum += (double) a[i / SIZE * SIZE + k] * a[k * SIZE + i % SIZE];
      }
      if (product[i] != (float) sum) {
        throw new IllegalStateException(
            "Cannot compute with %s: a product of matrices is %s (must be %s); set OPENBLAS_CORETYPE=Haswell on every machine"
                .formatted(compute, product[i], (float) sum));
      }
    }
  }

  private static double measure() {
    Devices.use(Devices.ofJvm());
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
