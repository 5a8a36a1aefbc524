package io.millrace.recipe;

import io.millrace.settings.Key;
import io.millrace.settings.Named;

/**
 * Blockwise model update filtering, momentum on averages: {@code G = avg - w0; D = eta * D + zeta *
 * G; W = W + D}. What goes down is W, or with Nesterov {@code W + eta * D}, for which {@code w0 +
 * zeta * G + eta * D} is the same without a second vector.
 *
 * <p>Chen and Huo, Scalable training of deep learning machines by incremental block training with
 * intra-block parallel optimization and blockwise model-update filtering, ICASSP 2016. Differs from
 * CNTK and fairseq, which keep the look-ahead as the next base and so run ahead.
 *
 * @param momentum eta; null for {@code 1 - 1 / workers}
 * @param rate zeta
 * @param nesterov whether the workers start from a look-ahead
 * @param resetState whether optimisers start each round without state
 */
@Named(value = "bmuf", doc = "Momentum on averages: blockwise model update filtering.")
public record Bmuf(
    @Key(
            doc = "Momentum of averages; null for 1 - 1 / workers.",
            value = "null",
            min = 0,
            max = 1,
            below = true)
        Double momentum,
    @Key(doc = "Factor of each average's step.", value = "1", min = 0, above = true) double rate,
    @Key(doc = "Whether workers start from a look-ahead.", value = "true") boolean nesterov,
    @Key(doc = "Whether optimisers start each round without state.", value = "true")
        boolean resetState)
    implements OuterStep {
  @Override
  public int vectors() {
    return 1;
  }

  @Override
  public boolean resetsState() {
    return resetState;
  }

  @Override
  public OuterStep with(int workers) {
    return momentum == null ? new Bmuf(1 - 1.0 / workers, rate, nesterov, resetState) : this;
  }

  @Override
  public void step(
      double[] before, double[] average, double[][] memory, int length, double ofRound) {
    double[] d = memory[0];
    for (int i = 0; i < length; i++) {
      double step = rate * (average[i] - before[i]);
      d[i] = momentum * d[i] + step;
      average[i] = before[i] + (nesterov ? step + momentum * d[i] : d[i]);
    }
  }
}
