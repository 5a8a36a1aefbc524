package io.millrace.training;

import io.millrace.recipe.Shadow;
import io.millrace.state.Memory;
import io.millrace.state.Remembered;
import io.millrace.wire.WeightCodec;
import io.millrace.wire.WeightVector;
import io.millrace.wire.WideVector;
import java.util.Map;

/** A shadow with the mean of weights that it has made. Lives on the driver. */
final class ShadowState implements Remembered {
  private final Shadow shadow;
  private final String name;
  private final long length;
  private WideVector mean;
  private long samples;

  ShadowState(Shadow shadow, String name, long length) {
    this.shadow = shadow;
    this.name = name;
    this.length = length;
    this.mean = WideVector.zeros(length);
  }

  /** Follows the weights after a round. */
  void follow(byte[][] weights, Shadow.Round now) {
    double keep = shadow.keep(now, samples);
    if (keep == 1) {
      return;
    }
    samples++;
    mean.update(
        (values, slice) -> {
          float[] w = new float[values.length];
          WeightCodec.floats(weights[slice]).get(w);
          for (int i = 0; i < values.length; i++) {
            values[i] = keep * values[i] + (1 - keep) * w[i];
          }
        });
  }

  /** Whether there are weights in it. */
  boolean isThere() {
    return samples > 0;
  }

  /** The mean in fp32. */
  WeightVector weights() {
    return mean.narrow();
  }

  Shadow shadow() {
    return shadow;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean followsWeights() {
    return true;
  }

  @Override
  public Memory save() {
    return new Memory(Map.of("mean", mean.copy()), Map.of("samples", (double) samples));
  }

  @Override
  public void restore(Memory memory) {
    mean = memory.vector("mean", length).copy();
    samples = (long) memory.figure("samples");
  }
}
