package io.millrace.diagnostics;

import io.millrace.settings.Named;
import java.util.Map;

/**
 * How many of the weights before an update of each layer, biases and batch norms left out, lie in
 * which {@link Bins}: counts over all measured updates and workers.
 */
@Named(value = "weight-histogram", doc = "Histograms of weights.")
public record WeightHistogram() implements Diagnostic {
  @Override
  public String title() {
    return "Weights";
  }

  @Override
  public Drawn drawn() {
    return Drawn.HISTOGRAM;
  }

  @Override
  public void update(UpdateView update, Readings to) {
    if (Bins.of(update.slot().kind())) {
      Bins bins = new Bins();
      update.sum((before, after, n) -> bins.count(before, n));
      bins.addTo(update.slot().key(), to);
    }
  }

  @Override
  public Map<String, Double> figures(Map<String, Double> means) {
    return Bins.sorted(means);
  }
}
