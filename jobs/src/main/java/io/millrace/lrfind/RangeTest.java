package io.millrace.lrfind;

import io.millrace.recipe.LearningRate;
import io.millrace.recipe.Schedule;

/**
 * A range test: update i of n has the rate {@code from * (to / from)^(i / (n - 1))}, until the
 * smoothed loss is above {@code stop} times its least.
 *
 * <p>Smith, Cyclical Learning Rates for Training Neural Networks, 2015, arXiv 1506.01186, section
 * 3.3. Differs from the paper, whose rates grow linearly: they grow by a constant factor, as in
 * fastai and PyTorch Lightning.
 *
 * @param from first rate
 * @param to last rate
 * @param updates n
 * @param beta share of the old in the moving average of the loss
 * @param stop over the least smoothed loss
 */
public record RangeTest(double from, double to, int updates, double beta, double stop)
    implements LearningRate {
  private static final int LEAST_UPDATES = 20;

  /** No update can be made of a larger one. */
  private static final double MOST = Float.MAX_VALUE;

  /** Checks the numbers; the message names the flag. */
  public RangeTest {
    require(from > 0, "--from", from, "> 0");
    require(to > from, "--to", to, "> --from, " + from);
    require(to <= MOST, "--to", to, "<= " + Schedule.text(MOST));
    require(updates >= LEAST_UPDATES, "--updates", updates, ">= " + LEAST_UPDATES);
    require(beta >= 0 && beta < 1, "--beta", beta, ">= 0 and < 1");
    require(stop > 1, "--stop", stop, "> 1");
  }

  private static void require(boolean right, String flag, Object value, String rule) {
    if (!right) {
      throw new IllegalArgumentException(
          "Invalid %s: %s (must be %s)".formatted(flag, value, rule));
    }
  }

  @Override
  public double rate(long update) {
    return from * StrictMath.pow(to / from, (double) update / (updates - 1));
  }
}
