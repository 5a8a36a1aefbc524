package io.millrace.model.init;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.random.RandomGenerator;

/**
 * Uniform, with the deviation of {@link XavierNormal}: {@code bound = gain * sqrt(6 / (fanIn +
 * fanOut))}.
 *
 * <p>Xavier Glorot, Yoshua Bengio: Understanding the difficulty of training deep feedforward neural
 * networks (AISTATS 2010), equation 16. Gains are PyTorch's.
 */
@Named(value = "xavier-uniform", doc = "Uniform, within gain x sqrt(6 / (fan in + fan out)).")
public record XavierUniform(
    @Key(doc = Gain.DOC, value = "linear") Gain gain,
    @Key(doc = Gain.SLOPE_DOC, value = "null") Double slope)
    implements Initializer {
  /** Checks the slope. */
  public XavierUniform {
    gain.check(slope);
  }

  @Override
  public void fill(float[] values, WeightShape shape, RandomGenerator random) {
    Draw.uniform(values, bound(shape), random);
  }

  double bound(WeightShape shape) {
    return Math.sqrt(6 * gain.squared(slope) / (shape.fanIn() + shape.fanOut()));
  }
}
