package io.millrace.recipe;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import org.nd4j.linalg.learning.config.AdaDelta;

/**
 * Adadelta: {@code s = rho * s + (1 - rho) * g^2; d = sqrt(a + epsilon) / sqrt(s + epsilon) * g; a
 * = rho * a + (1 - rho) * d^2}.
 *
 * <p>Zeiler, ADADELTA: An Adaptive Learning Rate Method, 2012, arXiv 1212.5701. The paper has no
 * rate: that is 1.
 *
 * @param rho decay of both means
 * @param epsilon what is added under the roots
 */
@Named(value = "adadelta", doc = "Gradients in units of earlier steps; the rate of the paper is 1.")
public record Adadelta(
    @Key(doc = "Decay of both means.", value = "0.9", min = 0, max = 1, below = true) double rho,
    @Key(doc = "What is added under the roots.", value = "1e-6", min = 0, above = true)
        double epsilon)
    implements Optimizer {
  @Override
  public int stateVectors() {
    return 2;
  }

  /** DL4J's AdaDelta has no rate. */
  @Override
  public Stock stock(double rate) {
    return Stock.of(new AdaDelta(rho, epsilon), 1.0, 1.0);
  }

  @Override
  public void direction(
      float[] gradient, float[] weights, float[][] state, int length, Moment now) {
    float[] squares = state[0];
    float[] steps = state[1];
    float keep = (float) rho;
    float rest = (float) (1 - rho);
    float eps = (float) epsilon;
    for (int i = 0; i < length; i++) {
      float g = gradient[i];
      squares[i] = keep * squares[i] + rest * g * g;
      float d = (float) Math.sqrt(steps[i] + eps) / (float) Math.sqrt(squares[i] + eps) * g;
      steps[i] = keep * steps[i] + rest * d * d;
      gradient[i] = d;
    }
  }
}
