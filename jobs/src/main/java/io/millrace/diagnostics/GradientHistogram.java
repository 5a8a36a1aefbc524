package io.millrace.diagnostics;

import io.millrace.settings.Named;
import java.util.Map;

/**
 * How many of the mean gradients of each layer, biases and batch norms left out, lie in which
 * {@link Bins}: counts over all measured updates and workers.
 */
@Named(value = "gradient-histogram", doc = "Histograms of the gradients of weights.")
public record GradientHistogram() implements Diagnostic {
  @Override
  public String title() {
    return "Gradients";
  }

  @Override
  public Drawn drawn() {
    return Drawn.HISTOGRAM;
  }

  @Override
  public void gradient(GradientView gradient, Readings to) {
    if (Bins.of(gradient.slot().kind())) {
      Bins bins = new Bins();
      gradient.sum((g, w, n) -> bins.count(g, n));
      bins.addTo(gradient.slot().key(), to);
    }
  }

  @Override
  public Map<String, Double> figures(Map<String, Double> means) {
    return Bins.sorted(means);
  }
}
