package io.millrace.model.init;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.random.RandomGenerator;

/**
 * Uniform, with the deviation of {@link KaimingNormal}: {@code bound = gain * sqrt(3 / fan)}.
 *
 * <p>Kaiming He, Xiangyu Zhang, Shaoqing Ren, Jian Sun: Delving Deep into Rectifiers (2015, arXiv
 * 1502.01852). PyTorch's layers start with bound {@code 1 / sqrt(fanIn)}, which is fan in with gain
 * leaky-relu of slope sqrt(5).
 */
@Named(value = "kaiming-uniform", doc = "Uniform, within gain x sqrt(3 / fan).")
public record KaimingUniform(
    @Key(doc = "Which side keeps its variance: in forwards, out backwards.", value = "in") Fan fan,
    @Key(doc = Gain.DOC, value = "relu") Gain gain,
    @Key(doc = Gain.SLOPE_DOC, value = "null") Double slope)
    implements Initializer {
  /** Checks the slope. */
  public KaimingUniform {
    gain.check(slope);
  }

  @Override
  public void fill(float[] values, WeightShape shape, RandomGenerator random) {
    Draw.uniform(values, bound(shape), random);
  }

  double bound(WeightShape shape) {
    return Math.sqrt(3 * gain.squared(slope) / fan.of(shape));
  }
}
