package io.millrace.diagnostics;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How far an update moves the weights of a parameter, {@code sqrt(sum (w' - w)^2) / sqrt(sum w^2)};
 * about 1e-3 is healthy (Karpathy, the course notes of cs231n). Not a number for weights of 0.
 *
 * <p>The rate is too high where weights (not biases, gammas and betas, which may start at 0) move
 * by more than a tenth of their norm; too low where none of them ever moved by more than 1e-5 of it
 * in an epoch, and not for want of a gradient: some have ten times as much, {@code abs(g) /
 * abs(w)}. The thresholds are ours.
 *
 * @param high ratio above which the rate is too high
 * @param low ratio below which it is too low
 */
@Named(
    value = "update-ratio",
    doc = "How far an update moves the weights, by their norm; rate too high, too low.")
public record UpdateRatio(
    @Key(doc = "Ratio above which the learning rate is too high.", value = "0.1", min = 0)
        double high,
    @Key(doc = "Ratio below which the learning rate is too low.", value = "1e-5", min = 0)
        double low)
    implements Diagnostic {
  private static final String MOVED = "moved";
  private static final String WEIGHTS = "weights";
  private static final String GRADIENT = "gradient";
  private static final String RATIO = "ratio";
  private static final String PULL = "gradient_ratio";

  /** Times the least ratio that a gradient has to have for the rate to be what is too low. */
  private static final double PULLED = 10;

  @Override
  public String title() {
    return "Update to weight";
  }

  @Override
  public Optional<String> fine() {
    return Optional.of("updates have a healthy size");
  }

  @Override
  public void gradient(GradientView gradient, Readings to) {
    double squares = gradient.sum((g, w, n) -> Runs.squares(g, n));
    to.add(gradient.slot().key(), GRADIENT, squares, 1);
  }

  @Override
  public void update(UpdateView update, Readings to) {
    double[] weights = new double[1];
    double moved =
        update.sum(
            (before, after, n) -> {
              double squares = 0;
              for (int i = 0; i < n; i++) {
                double step = (double) after[i] - before[i];
                squares += step * step;
              }
              weights[0] += Runs.squares(before, n);
              return squares;
            });
    to.add(update.slot().key(), MOVED, moved, 1);
    to.add(update.slot().key(), WEIGHTS, weights[0], 1);
  }

  @Override
  public Map<String, Double> figures(Map<String, Double> means) {
    double moved = Math.sqrt(means.get(MOVED));
    double weights = Math.sqrt(means.get(WEIGHTS));
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put(RATIO, weights == 0 ? Double.NaN : moved / weights);
    figures.put("norm", moved);
    figures.put(PULL, weights == 0 ? Double.NaN : Math.sqrt(means.get(GRADIENT)) / weights);
    return figures;
  }

  @Override
  public List<Warning> warnings(Course course) {
    List<Warning> warnings = new ArrayList<>();
    List<String> fast = new ArrayList<>(course.where(RATIO, ratio -> ratio > high));
    fast.retainAll(course.layers().weights());
    if (!fast.isEmpty()) {
      double worst = course.now(fast.get(0), RATIO);
      warnings.add(
          new Warning(
              "rate too high",
              "an update moves %s by %.2g of their norm (about 0.001 is healthy)."
                  .formatted(Warning.named(fast), worst),
              "Lower learningRate.base, by a factor of %.0f or so, or lengthen"
                      .formatted(Math.ceil(worst / high))
                  + " learningRate.warmupEpochs.",
              fast,
              worst / high));
    }
    List<String> weights = course.layers().weights();
    OptionalDouble most =
        weights.stream()
            .mapToDouble(layer -> course.largest(layer, RATIO))
            .filter(Double::isFinite)
            .max();
    if (most.isPresent()
        && most.getAsDouble() < low
        && weights.stream().anyMatch(each -> course.now(each, PULL) > PULLED * low)) {
      warnings.add(
          new Warning(
              "rate too low",
              "an update moves no weights by more than %.1g of their norm (about 0.001 is healthy)."
                  .formatted(most.getAsDouble()),
              "Raise learningRate.base, tenfold to begin with; lr-find suggests one.",
              List.of(),
              low / most.getAsDouble()));
    }
    return warnings;
  }
}
