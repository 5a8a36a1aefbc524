package io.millrace.recipe;

import java.io.Serializable;

/**
 * Learning from a teacher: {@code h * hard + (1 - h) T^2 CE(softmax(t / T), softmax(z / T))} of the
 * student's logits z and the teacher's t; gradient {@code h * hard' + (1 - h) T (softmax(z / T) -
 * softmax(t / T))}. The hard part is the run's loss on its smoothed and mixed targets; the
 * teacher's targets are neither smoothed nor mixed, but those of the image that the student sees.
 * The form with the Kullback-Leibler divergence has the same gradient.
 *
 * <p>Source: Hinton, Vinyals, Dean, "Distilling the Knowledge in a Neural Network", 2015, arXiv
 * 1503.02531; temperature and weight as in GluonCV.
 *
 * @param temperature T
 * @param hardWeight h
 */
public record Distillation(double temperature, double hardWeight) implements Serializable {
  /** Checks both. */
  public Distillation {
    if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "Invalid temperature: %s (must be a finite number > 0)".formatted(temperature));
    }
    if (!(hardWeight >= 0 && hardWeight <= 1)) {
      throw new IllegalArgumentException(
          "Invalid hardWeight: %s (must be 0 to 1)".formatted(hardWeight));
    }
  }

  /**
   * The loss of an example, in nats.
   *
   * @param hard the run's loss
   * @param teacher t, [K]
   * @param logits z, [K]
   * @param gradient of the run's loss by z, becomes that of the whole, [K]
   */
  double of(double hard, double[] teacher, double[] logits, double[] gradient) {
    int classes = logits.length;
    double[] wanted = new double[classes];
    double[] given = new double[classes];
    Softmax.logarithms(teacher, temperature, wanted);
    Softmax.logarithms(logits, temperature, given);
    double soft = 0;
    for (int k = 0; k < classes; k++) {
      double target = StrictMath.exp(wanted[k]);
      soft -= target == 0 ? 0 : target * given[k];
      double slope = temperature * (StrictMath.exp(given[k]) - target);
      gradient[k] = hardWeight * gradient[k] + (1 - hardWeight) * slope;
    }
    return hardWeight * hard + (1 - hardWeight) * temperature * temperature * soft;
  }
}
