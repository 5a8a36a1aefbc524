package io.millrace.exchange;

import io.millrace.settings.Named;
import io.millrace.settings.Names;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Workers send the sum of gradients over their examples, {@code n_k * g_k}; the driver makes the
 * one update with {@code sum_k n_k * g_k / N} on its fp32 masters, and sends weights alone. So the
 * state of the optimiser never travels, and W workers are one process for every optimiser: norms,
 * trust ratios and clipping see the global gradient.
 */
@Named(
    value = "gradients",
    doc = "Sums of gradients; the driver makes the one update, and no optimiser state travels.")
public record Gradients() implements Exchange {
  @Override
  public boolean updatesOnDriver() {
    return true;
  }

  @Override
  public byte[] up(byte[] own, byte[] master, Wire wire) {
    return wire.encode(own);
  }

  @Override
  public byte[] reduce(List<ByteBuffer> slices, long[] examples, boolean weighted, Wire wire) {
    return SliceSum.of(slices, factors(examples, weighted), wire);
  }

  /** 1 for each worker; or what makes the mean gradient of each count the same. */
  private static double[] factors(long[] examples, boolean weighted) {
    double all = 0;
    for (long each : examples) {
      all += each;
    }
    double[] factors = new double[examples.length];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = weighted ? 1 : all / (factors.length * examples[i]);
    }
    return factors;
  }

  @Override
  public void check(Every every, AveragingConfig.State state, Wire wire) {
    if (!every.isAlwaysOne()) {
      throw new IllegalArgumentException(
          "Invalid every: %s (must be 1 where exchange is gradients, of which each round has one update)"
              .formatted(
                  every.always().isPresent()
                      ? every.always().getAsInt()
                      : Names.of(every.getClass())));
    }
    if (state != AveragingConfig.State.AVERAGE) {
      throw new IllegalArgumentException(
          "Invalid state: local-reset (must be average where exchange is gradients, whose one"
              + " state stays on the driver)");
    }
  }
}
