package io.millrace.minibatch;

import io.millrace.random.KeyedRandom;
import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Mixes each example of a minibatch with its partner in reversed order: {@code x_i <- lambda * x_i
 * + (1 - lambda) * x_(n-1-i)}, features and targets alike, with one lambda ~ Beta(alpha, alpha) for
 * an update. The middle example of an odd count is its own partner and stays as it is.
 *
 * <p>Source: Zhang et al., "mixup: Beyond Empirical Risk Minimization", 2017, arXiv 1710.09412.
 * Differs from the paper: the partner is the reverse of the minibatch instead of a permutation, as
 * in timm and GluonCV.
 */
@Named(value = "mixup", doc = "Each image and target is a weighted sum with its partner's.")
public record Mixup(
    @Key(doc = "Alpha of Beta(alpha, alpha).", value = "0.2", min = 0, above = true) double alpha)
    implements Mixing {
  private static final long STREAM = 0x6d69787570L;
  private static final int CHUNK = 1024;

  /** Checks alpha. */
  public Mixup {
    checkAlpha("alpha", alpha);
  }

  static void checkAlpha(String key, double alpha) {
    if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "Invalid %s: %s (must be a finite number > 0)".formatted(key, alpha));
    }
  }

  /** The lambda of an update: the same on all workers, in every run with this seed. */
  public double lambda(long seed, long update) {
    return Beta.symmetric(alpha, new KeyedRandom().key(seed, update, STREAM));
  }

  @Override
  public double mix(ImageRows images, long seed, long update) {
    double lambda = lambda(seed, update);
    mix(images.pixels(), images.examples(), images.length(), lambda);
    return lambda;
  }

  /**
   * Mixes in place the {@code examples} rows of {@code length} values from the start of {@code
   * rows}; position and limit stay.
   */
  public static void mix(FloatBuffer rows, int examples, int length, double lambda) {
    float own = (float) lambda;
    float other = (float) (1 - lambda);
    float[] a = new float[Math.min(CHUNK, length)];
    float[] b = new float[a.length];
    for (int i = 0; i < examples / 2; i++) {
      int partner = examples - 1 - i;
      for (int at = 0; at < length; at += CHUNK) {
        int count = Math.min(CHUNK, length - at);
        rows.get(i * length + at, a, 0, count);
        rows.get(partner * length + at, b, 0, count);
        for (int k = 0; k < count; k++) {
          float x = a[k];
          float y = b[k];
          a[k] = own * x + other * y;
          b[k] = own * y + other * x;
        }
        rows.put(i * length + at, a, 0, count);
        rows.put(partner * length + at, b, 0, count);
      }
    }
  }

  /** Mixes in place along the first dimension of an array of any layout. */
  public static void mix(INDArray array, double lambda) {
    long examples = array.size(0);
    for (long i = 0; i < examples / 2; i++) {
      INDArray x = array.slice(i);
      INDArray y = array.slice(examples - 1 - i);
      INDArray mixed = x.mul(lambda).addi(y.mul(1 - lambda));
      y.muli(lambda).addi(x.mul(1 - lambda));
      x.assign(mixed);
    }
  }
}
