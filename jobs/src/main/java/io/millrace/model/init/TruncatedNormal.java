package io.millrace.model.init;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.random.RandomGenerator;
import org.apache.commons.math3.special.Erf;

/**
 * Normal without its tails, {@code N(mean, deviation^2)} given that it lies within {@code cut}
 * deviations of the mean. With u uniform in [-1, 1):
 *
 * <pre>
 * w = mean + deviation * sqrt(2) * erfinv(u * erf(cut / sqrt(2)))
 * </pre>
 *
 * <p>What is left has a smaller deviation than named, 0.88 of it for a cut of 2. TensorFlow and
 * timm's {@code trunc_normal_tf_} mean the cut in deviations too, timm's and PyTorch's {@code
 * trunc_normal_} as a number. Default of vision transformers (Dosovitskiy et al., 2020, arXiv
 * 2010.11929).
 */
@Named(
    value = "truncated-normal",
    doc = "Normal, without what lies further than cut from the mean.")
public record TruncatedNormal(
    @Key(doc = "Mean.", value = "0") double mean,
    @Key(doc = "Standard deviation before the tails are cut off.", value = "0.02", min = 0)
        double deviation,
    @Key(doc = "Where the tails begin, in deviations.", value = "2", min = 0, above = true)
        double cut)
    implements Initializer {
  private static final double ROOT = Math.sqrt(2);

  @Override
  public boolean takes(WeightShape shape) {
    return true;
  }

  @Override
  public void fill(float[] values, WeightShape shape, RandomGenerator random) {
    double within = Erf.erf(cut / ROOT);
    for (int i = 0; i < values.length; i++) {
      double deviations = ROOT * Erf.erfInv((2 * random.nextDouble() - 1) * within);
      values[i] = (float) (mean + deviation * Math.max(-cut, Math.min(cut, deviations)));
    }
  }
}
