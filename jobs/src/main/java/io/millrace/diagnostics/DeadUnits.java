package io.millrace.diagnostics;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Share of the channels behind a ReLU that are 0 at every position of every image of the sample, in
 * inference mode, and share of all values that are 0. Such a channel has no gradient and may never
 * come back. More than 40 % of a layer call for a warning; the threshold is ours.
 *
 * @param limit share of dead channels above which to warn
 */
@Named(value = "dead-units", doc = "Share of dead channels behind each ReLU; dead units.")
public record DeadUnits(
    @Key(doc = "Share of a layer's channels above which to warn.", value = "0.4", min = 0, max = 1)
        double limit)
    implements Diagnostic {
  private static final String DEAD = "dead";
  private static final String ZEROS = "zeros";

  @Override
  public String title() {
    return "Dead ReLUs";
  }

  @Override
  public Optional<String> fine() {
    return Optional.of("no layer is dead");
  }

  @Override
  public Drawn drawn() {
    return Drawn.SHARE;
  }

  @Override
  public void look(Look look, Readings to) {
    for (String layer : look.activated()) {
      if (look.isRelu(layer)) {
        ChannelSums of = look.outputs().get(layer);
        to.add(layer, DEAD, of.deadShare(), 1);
        to.add(layer, ZEROS, of.zeroShare(), 1);
      }
    }
  }

  @Override
  public Map<String, Double> figures(Map<String, Double> means) {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put(DEAD, means.get(DEAD));
    figures.put(ZEROS, means.get(ZEROS));
    return figures;
  }

  @Override
  public List<Warning> warnings(Course course) {
    List<String> dead = course.where(DEAD, share -> share > limit);
    if (dead.isEmpty()) {
      return List.of();
    }
    return List.of(
        new Warning(
            "dead units",
            "%.0f %% of the ReLU channels of %s are 0 for every image of the sample."
                .formatted(100 * course.now(dead.get(0), DEAD), Warning.named(dead)),
            "Start anew with a lower learningRate.base or a longer learningRate.warmupEpochs, with"
                + " init.kind: kaiming-normal and biases of 0, or with a leaky ReLU: what is dead"
                + " seldom comes back.",
            dead,
            course.now(dead.get(0), DEAD) / limit));
  }
}
