package io.millrace.model.init;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.random.RandomGenerator;

/**
 * Normal, so that a layer keeps the variance of what goes through it: {@code deviation = gain /
 * sqrt(fan)}.
 *
 * <p>Kaiming He, Xiangyu Zhang, Shaoqing Ren, Jian Sun: Delving Deep into Rectifiers (2015, arXiv
 * 1502.01852), equations 10 and 14. With a linear gain and fan in it is LeCun's (1998).
 */
@Named(value = "kaiming-normal", doc = "Normal, of deviation gain / sqrt(fan).")
public record KaimingNormal(
    @Key(doc = "Which side keeps its variance: in forwards, out backwards.", value = "in") Fan fan,
    @Key(doc = Gain.DOC, value = "relu") Gain gain,
    @Key(doc = Gain.SLOPE_DOC, value = "null") Double slope)
    implements Initializer {
  /** Checks the slope. */
  public KaimingNormal {
    gain.check(slope);
  }

  @Override
  public void fill(float[] values, WeightShape shape, RandomGenerator random) {
    Draw.normal(values, 0, deviation(shape), random);
  }

  double deviation(WeightShape shape) {
    return Math.sqrt(gain.squared(slope) / fan.of(shape));
  }
}
