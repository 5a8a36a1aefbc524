package io.millrace.diagnostics;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How far the running statistics M and V of a batch norm are from what goes into it now, mean m and
 * variance v over the sample: {@code sqrt(mean_c (a_c^2 + b_c^2))} with {@code a = (M - m) / sqrt(v
 * + eps)}, in deviations, and {@code b = ln((V + eps) / (v + eps)) / 2}, the logarithm of the ratio
 * of deviations. 0 is none; from 1 on a network is another one in inference than in training. As
 * long as more than a hundredth of the running statistics is what they started with, there is no
 * warning.
 *
 * <p>Such drift: Ioffe 2017, arXiv 1702.03275; Wu, Johnson 2021, arXiv 2105.07576. Measure and
 * threshold are ours.
 *
 * @param limit above which to warn
 */
@Named(
    value = "batch-norm-drift",
    doc = "How far running statistics are from what goes in; batch norm drifting.")
public record BatchNormDrift(
    @Key(doc = "Drift above which to warn, in deviations.", value = "1", min = 0) double limit)
    implements Diagnostic {
  private static final String DRIFT = "drift";
  private static final String MEANS = "means";
  private static final String DEVIATIONS = "deviations";
  private static final String INITIAL = "initial";

  /** Share of what running statistics started with, above which nothing is said of them. */
  private static final double YOUNG = 0.01;

  @Override
  public String title() {
    return "Batch norm drift";
  }

  @Override
  public Optional<String> fine() {
    return Optional.of("no batch norm drifts");
  }

  @Override
  public Drawn drawn() {
    return Drawn.NUMBER;
  }

  @Override
  public void look(Look look, Readings to) {
    for (Look.Norm norm : look.norms()) {
      double means = 0;
      double deviations = 0;
      for (int c = 0; c < norm.mean().length; c++) {
        double now = norm.input().variance(c) + norm.epsilon();
        double apart = norm.mean()[c] - norm.input().mean(c);
        double ratio = StrictMath.log((norm.variance()[c] + norm.epsilon()) / now) / 2;
        means += apart * apart / now;
        deviations += ratio * ratio;
      }
      to.add(norm.vertex(), MEANS, means, norm.mean().length);
      to.add(norm.vertex(), DEVIATIONS, deviations, norm.mean().length);
      to.add(norm.vertex(), INITIAL, norm.initial(), 1);
    }
  }

  @Override
  public Map<String, Double> figures(Map<String, Double> means) {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put(DRIFT, Math.sqrt(means.get(MEANS) + means.get(DEVIATIONS)));
    figures.put("mean_apart", Math.sqrt(means.get(MEANS)));
    figures.put("deviation_factor", StrictMath.exp(Math.sqrt(means.get(DEVIATIONS))));
    figures.put(INITIAL, means.get(INITIAL));
    return figures;
  }

  @Override
  public List<Warning> warnings(Course course) {
    List<String> drifting =
        course.where(DRIFT, drift -> drift > limit).stream()
            .filter(norm -> course.now(norm, INITIAL) < YOUNG)
            .toList();
    if (drifting.isEmpty()) {
      return List.of();
    }
    String worst = drifting.get(0);
    return List.of(
        new Warning(
            "batch norm drifting",
            "the running statistics of %s are not those of what goes in now (means %.1f deviations apart, deviations a factor of %.1f)."
                .formatted(
                    Warning.named(drifting),
                    course.now(worst, "mean_apart"),
                    course.now(worst, "deviation_factor")),
            "Raise training.batchPerWorker, lower learningRate.base at the end or averaging.every,"
                + " or measure the statistics anew: averaging.shadows: [{ema: {recalibrate: 0.1}}].",
            drifting,
            course.now(worst, DRIFT) / limit));
  }
}
