package io.millrace.recipe;

import io.millrace.settings.Key;
import io.millrace.settings.Named;

/**
 * Exponential moving average of the weights, running statistics included: {@code mean = P * mean +
 * (1 - P) * w} after each round, P the product of {@code d(s)} over its updates, {@code d(s) = 0
 * for s <= 1, else min(decay, 1 - (1 + (s - 1) / gamma)^-power)}, s the updates done.
 *
 * <p>Polyak and Juditsky, Acceleration of stochastic approximation by averaging, 1992; warm-up as
 * in timm's ModelEmaV3.
 *
 * @param decay the share that stays, an update
 * @param gamma how slowly it is reached
 * @param power how its distance falls
 */
@Named(value = "ema", doc = "Exponential moving average of the weights.")
public record Ema(
    @Key(
            doc = "Share of the average that stays, an update.",
            value = "0.9999",
            min = 0,
            max = 1,
            below = true)
        double decay,
    @Key(doc = "Warm-up of decay: its stretch in updates.", value = "1", min = 0, above = true)
        double gamma,
    @Key(doc = "Warm-up of decay: its power; 0 for none.", value = "0.6666666666666666", min = 0)
        double power,
    @Key(
            doc = "Share of train that batch norms measure their statistics by; 0 averages them.",
            value = "0",
            min = 0,
            max = 1)
        double recalibrate)
    implements Shadow {
  @Override
  public double keep(Round now, long samples) {
    double keep = 1;
    for (int i = 1; i <= now.updates(); i++) {
      keep *= decay(now.before() + i);
    }
    return keep;
  }

  /** The share that stays at one update. */
  double decay(long updatesDone) {
    if (updatesDone <= 1) {
      return 0;
    }
    return power == 0
        ? decay
        : Math.min(decay, 1 - StrictMath.pow(1 + (updatesDone - 1) / gamma, -power));
  }
}
