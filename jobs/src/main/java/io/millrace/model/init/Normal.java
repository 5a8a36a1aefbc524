package io.millrace.model.init;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.random.RandomGenerator;

/**
 * Normal, {@code N(mean, deviation^2)}. The default is that of AlexNet (Krizhevsky, Sutskever,
 * Hinton, NIPS 2012) and of new heads.
 */
@Named(value = "normal", doc = "Normal, of a mean and a deviation.")
public record Normal(
    @Key(doc = "Mean.", value = "0") double mean,
    @Key(doc = "Standard deviation.", value = "0.01", min = 0) double deviation)
    implements Initializer {
  @Override
  public boolean takes(WeightShape shape) {
    return true;
  }

  @Override
  public void fill(float[] values, WeightShape shape, RandomGenerator random) {
    Draw.normal(values, mean, deviation, random);
  }
}
