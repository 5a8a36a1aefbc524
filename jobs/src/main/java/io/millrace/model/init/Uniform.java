package io.millrace.model.init;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.random.RandomGenerator;

/** Uniform in [low, high). */
@Named(value = "uniform", doc = "Uniform, from low up to but without high.")
public record Uniform(
    @Key(doc = "Smallest value.", value = "-0.05") double low,
    @Key(doc = "End of the values.", value = "0.05") double high)
    implements Initializer {
  /** Checks that there are values between. */
  public Uniform {
    if (!((float) low < (float) high)) {
      throw new IllegalArgumentException(
          "Invalid high: %s (must be > low, %s)".formatted(high, low));
    }
  }

  @Override
  public boolean takes(WeightShape shape) {
    return true;
  }

  @Override
  public void fill(float[] values, WeightShape shape, RandomGenerator random) {
    float last = Math.nextDown((float) high); // a double just below high would be rounded to it
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.min(last, (float) (low + (high - low) * random.nextDouble()));
    }
  }
}
