package io.millrace.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.diagnostics.DeadUnits;
import io.millrace.diagnostics.DiagnosedEpoch;
import io.millrace.diagnostics.Diagnostic;
import io.millrace.diagnostics.GradientNorm;
import io.millrace.diagnostics.UpdateRatio;
import io.millrace.diagnostics.WeightNorm;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DiagnosticsSectionTest {
  private static final Map<String, Map<String, Double>> NORM = Map.of("a.W", Map.of("norm", 1.0));

  private static String html(
      List<Diagnostic> kinds, Map<String, Map<String, Map<String, Double>>> figures) {
    DiagnosedEpoch epoch = new DiagnosedEpoch(1, 1, 8, 0.1, 0.01, figures, Map.of(), List.of());
    return DiagnosticsSection.html(
            new Diagnosed(kinds, List.of("a.W"), "m", "s", List.of(epoch), List.of(), List.of()))
        .toString();
  }

  @Test
  void onlyWhatWasMeasuredIsCalledFine() {
    assertThat(
            html(
                List.of(new GradientNorm(1e-3, 10), new UpdateRatio(0.1, 1e-5)),
                Map.of("gradient-norm", NORM, "update-ratio", Map.of("a.W", Map.of("ratio", 0.1)))))
        .contains(
            "No warnings: gradients neither vanish nor explode, updates have a healthy size.</p>");
    assertThat(
            html(
                List.of(new GradientNorm(1e-3, 10), new DeadUnits(0.4)),
                Map.of("gradient-norm", NORM)))
        .contains(
            "No warnings: gradients neither vanish nor explode. Nothing to measure: Dead ReLUs."
                + "</p>");
    assertThat(html(List.of(new WeightNorm()), Map.of("weight-norm", NORM)))
        .contains("No warnings: nothing was measured that calls for one.</p>");
  }
}
