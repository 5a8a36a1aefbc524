package io.millrace.model.init;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.random.RandomGenerator;

/**
 * Normal, a compromise between both directions: {@code deviation = gain * sqrt(2 / (fanIn +
 * fanOut))}.
 *
 * <p>Xavier Glorot, Yoshua Bengio: Understanding the difficulty of training deep feedforward neural
 * networks (AISTATS 2010), equation 12. Gains are PyTorch's.
 */
@Named(value = "xavier-normal", doc = "Normal, of deviation gain x sqrt(2 / (fan in + fan out)).")
public record XavierNormal(
    @Key(doc = Gain.DOC, value = "linear") Gain gain,
    @Key(doc = Gain.SLOPE_DOC, value = "null") Double slope)
    implements Initializer {
  /** Checks the slope. */
  public XavierNormal {
    gain.check(slope);
  }

  @Override
  public void fill(float[] values, WeightShape shape, RandomGenerator random) {
    Draw.normal(values, 0, deviation(shape), random);
  }

  double deviation(WeightShape shape) {
    return Math.sqrt(2 * gain.squared(slope) / (shape.fanIn() + shape.fanOut()));
  }
}
