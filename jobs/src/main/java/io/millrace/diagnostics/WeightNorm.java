package io.millrace.diagnostics;

import io.millrace.settings.Named;
import java.util.Map;

/** Norm of the weights of each parameter before an update, {@code sqrt(sum w^2)}. */
@Named(value = "weight-norm", doc = "Norm of the weights.")
public record WeightNorm() implements Diagnostic {
  private static final String SQUARES = "squares";

  @Override
  public String title() {
    return "Weight norm";
  }

  @Override
  public void update(UpdateView update, Readings to) {
    double squares = update.sum((before, after, n) -> Runs.squares(before, n));
    to.add(update.slot().key(), SQUARES, squares, 1);
  }

  @Override
  public Map<String, Double> figures(Map<String, Double> means) {
    return Map.of("norm", Math.sqrt(means.get(SQUARES)));
  }
}
