package io.millrace.model.init;

import io.millrace.settings.Named;
import java.util.random.RandomGenerator;

/**
 * As DL4J starts the network from what its configuration says, {@code weightInit}, {@code biasInit}
 * and seed. The seed is that of the configuration, for a network of ours that of the run.
 */
@Named(
    value = "configured",
    doc = "As the DL4J configuration of the network says, biases and batch norms too.")
public record Configured() implements Initializer {
  @Override
  public boolean takes(WeightShape shape) {
    return true;
  }

  @Override
  public void fill(float[] values, WeightShape shape, RandomGenerator random) {}

  @Override
  public boolean resetsBiases() {
    return false;
  }
}
