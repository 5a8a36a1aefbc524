package io.millrace.diagnostics;

import io.millrace.settings.Named;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Deviation and mean of what each layer with a function gives for the sample, over all images,
 * channels and positions, in inference mode; the deviation is the biased one. Likewise of what goes
 * into the function where it is a layer of its own.
 */
@Named(value = "activations", doc = "Mean and deviation of activations.")
public record Activations() implements Diagnostic {
  private static final String[] PARTS = {"deviation", "mean", "before_deviation", "before_mean"};

  @Override
  public String title() {
    return "Activations";
  }

  @Override
  public Drawn drawn() {
    return Drawn.NUMBER;
  }

  @Override
  public int charts() {
    return 2;
  }

  @Override
  public void look(Look look, Readings to) {
    for (String layer : look.activated()) {
      add(layer, look.outputs().get(layer), 0, to);
      look.before(layer).ifPresent(sums -> add(layer, sums, 2, to));
    }
  }

  private static void add(String layer, ChannelSums sums, int part, Readings to) {
    to.add(layer, PARTS[part], sums.deviation(), 1);
    to.add(layer, PARTS[part + 1], sums.mean(), 1);
  }

  @Override
  public Map<String, Double> figures(Map<String, Double> means) {
    Map<String, Double> figures = new LinkedHashMap<>();
    for (String part : PARTS) {
      if (means.containsKey(part)) {
        figures.put(part, means.get(part));
      }
    }
    return figures;
  }
}
