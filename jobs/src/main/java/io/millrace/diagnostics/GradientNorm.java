package io.millrace.diagnostics;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Norm of the mean gradient of each parameter: {@code sqrt(sum g^2)} of the loss alone, of {@code g
 * + l2 w}, its root mean square {@code sqrt(sum g^2 / n)} and the mean of {@code abs(g)}; over
 * several updates and workers the root of the mean square.
 *
 * <p>Vanishing: the root mean square of the first convolution is less than a thousandth of that of
 * the last, for an epoch (of the first and the last weights where there are no two convolutions; an
 * exact 0 is no gradient that vanishes but one that is cut off). Exploding: the norm over all
 * parameters is more than ten times the median of the last 100 measured rounds, or not finite.
 * Vanishing and exploding gradients: Hochreiter 1991; Pascanu, Mikolov, Bengio 2012, arXiv
 * 1211.5063. The thresholds are ours.
 *
 * @param vanishing ratio of first to last below which gradients vanish
 * @param exploding times the median above which gradients explode
 */
@Named(value = "gradient-norm", doc = "Norm of the gradient; vanishing and exploding.")
public record GradientNorm(
    @Key(doc = "First convolution over last below which gradients vanish.", value = "1e-3", min = 0)
        double vanishing,
    @Key(
            doc = "Times the median of the last 100 measured rounds from which gradients explode.",
            value = "10",
            min = 1)
        double exploding)
    implements Diagnostic {
  private static final int MEDIAN_OF = 100;
  private static final int FEWEST = 5;
  private static final String SQUARES = "squares";
  private static final String WITH_L2 = "squares_with_l2";
  private static final String ABSOLUTE = "absolute";
  private static final String ELEMENTS = "elements";
  private static final String RMS = "rms";

  @Override
  public String title() {
    return "Gradient norm";
  }

  @Override
  public Optional<String> fine() {
    return Optional.of("gradients neither vanish nor explode");
  }

  @Override
  public void gradient(GradientView gradient, Readings to) {
    String layer = gradient.slot().key();
    double[] others = new double[2];
    double squares =
        gradient.sum(
            (g, w, n) -> {
              double sum = Runs.squares(g, n);
              for (int i = 0; i < n; i++) {
                double decayed = g[i] + gradient.l2() * w[i];
                others[0] += decayed * decayed;
                others[1] += Math.abs(g[i]);
              }
              return sum;
            });
    to.add(layer, SQUARES, squares, 1);
    to.add(layer, WITH_L2, others[0], 1);
    to.add(layer, ABSOLUTE, others[1], 1);
    to.add(layer, ELEMENTS, gradient.slot().length(), 1);
  }

  @Override
  public Map<String, Double> figures(Map<String, Double> means) {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("norm", Math.sqrt(means.get(SQUARES)));
    figures.put("norm_with_l2", Math.sqrt(means.get(WITH_L2)));
    figures.put(RMS, Math.sqrt(means.get(SQUARES) / means.get(ELEMENTS)));
    figures.put("mean_absolute", means.get(ABSOLUTE) / means.get(ELEMENTS));
    return figures;
  }

  @Override
  public OptionalDouble ofRound(List<Map<String, Double>> layers) {
    return layers.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            Math.sqrt(layers.stream().mapToDouble(means -> means.get(SQUARES)).sum()));
  }

  @Override
  public List<Warning> warnings(List<Double> rounds) {
    int last = rounds.size() - 1;
    double now = rounds.get(last);
    double[] before =
        rounds.subList(Math.max(0, last - MEDIAN_OF), last).stream()
            .mapToDouble(Double::doubleValue)
            .sorted()
            .toArray();
    boolean explodes = before.length >= FEWEST && now > exploding * median(before);
    if (Double.isFinite(now) && !explodes) {
      return List.of();
    }
    return List.of(
        new Warning(
            "exploding gradients",
            Double.isFinite(now)
                ? "the gradient's norm is %.3g, %.0f times its median."
                    .formatted(now, now / median(before))
                : "the gradient is not finite.",
            "Lower learningRate.base, lengthen learningRate.warmupEpochs, or set"
                + " optimizer.clipNorm: 1; in a deep network without batch norm try another"
                + " init.kind.",
            List.of(),
            Double.isFinite(now) ? now / median(before) / exploding : Double.POSITIVE_INFINITY));
  }

  private static double median(double[] sorted) {
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  @Override
  public List<Warning> warnings(Course course) {
    List<String> deep = course.layers().deep();
    if (deep.size() < 2) {
      return List.of();
    }
    String first = deep.get(0);
    String last = deep.get(deep.size() - 1);
    double ratio = course.now(first, RMS) / course.now(last, RMS);
    if (!(ratio > 0 && ratio < vanishing)) {
      return List.of();
    }
    return List.of(
        new Warning(
            "vanishing gradients",
            "the gradient of %s is %.1g times that of %s.".formatted(first, ratio, last),
            "Use ReLU in the place of sigmoid or tanh, batch norms or shortcuts between layers, and"
                + " an init.kind for that function: kaiming-normal for ReLU, xavier-normal for"
                + " sigmoid and tanh.",
            List.of(first),
            vanishing / ratio));
  }
}
