package io.millrace.recipe;

import io.millrace.settings.Key;
import io.millrace.settings.Named;

/**
 * Slow momentum on averages: {@code s = beta * s + (w0 - avg) / rate; w = w0 - alpha * rate * s},
 * or with Nesterov {@code w0 - alpha * rate * ((w0 - avg) / rate + beta * s)}, rate that of the
 * round's first update. A round at rate 0 passes its average on.
 *
 * <p>Wang, Tantia, Ballas and Rabbat, SlowMo: Improving Communication-Efficient Distributed SGD
 * with Slow Momentum, 2019, arXiv 1910.00643.
 *
 * @param beta slow momentum; null for 0 below 4 workers, 0.2 below 8, 0.5 below 16, else 0.6
 * @param alpha slow rate
 * @param nesterov whether to look ahead
 */
@Named(value = "slow-mo", doc = "Slow momentum on averages, in units of the learning rate.")
public record SlowMo(
    @Key(
            doc =
                "Slow momentum; null for 0 below 4 workers, where the average is taken as it is, 0.2 below 8, 0.5 below 16, else 0.6.",
            value = "null",
            min = 0,
            max = 1,
            below = true)
        Double beta,
    @Key(doc = "Slow learning rate.", value = "1", min = 0, above = true) double alpha,
    @Key(doc = "Whether to look ahead.", value = "false") boolean nesterov)
    implements OuterStep {
  @Override
  public int vectors() {
    return 1;
  }

  @Override
  public boolean needsRate() {
    return true;
  }

  @Override
  public boolean keepsAverage() {
    return beta != null && beta == 0 && alpha == 1;
  }

  @Override
  public OuterStep with(int workers) {
    if (beta != null) {
      return this;
    }
    double advised = workers < 4 ? 0 : workers < 8 ? 0.2 : workers < 16 ? 0.5 : 0.6;
    return new SlowMo(advised, alpha, nesterov);
  }

  @Override
  public void step(double[] before, double[] average, double[][] memory, int length, double rate) {
    if (rate == 0) {
      return;
    }
    double[] s = memory[0];
    for (int i = 0; i < length; i++) {
      double moved = (before[i] - average[i]) / rate;
      s[i] = beta * s[i] + moved;
      average[i] = before[i] - alpha * rate * (nesterov ? moved + beta * s[i] : s[i]);
    }
  }
}
