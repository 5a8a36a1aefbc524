package io.millrace.model.init;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Every element the same, for biases and scales. */
@Named(value = "constant", doc = "Every element the value.")
public record Constant(@Key(doc = "The value.", value = "0") double value) implements Initializer {
  @Override
  public boolean takes(WeightShape shape) {
    return true;
  }

  @Override
  public void fill(float[] values, WeightShape shape, RandomGenerator random) {
    Arrays.fill(values, (float) value);
  }
}
