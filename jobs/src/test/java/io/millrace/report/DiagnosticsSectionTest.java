package io.millrace.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.diagnostics.Course;
import io.millrace.diagnostics.DeadUnits;
import io.millrace.diagnostics.DiagnosedEpoch;
import io.millrace.diagnostics.Diagnostic;
import io.millrace.diagnostics.GradientNorm;
import io.millrace.diagnostics.Layers;
import io.millrace.diagnostics.UpdateRatio;
import io.millrace.diagnostics.WeightNorm;
import io.millrace.metrics.DiagnosticsStore;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiagnosticsSectionTest {
  private static final Map<String, Map<String, Double>> NORM = Map.of("a.W", Map.of("norm", 1.0));
  private static final UpdateRatio RATIO = new UpdateRatio(0.1, 1e-5);

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
                List.of(new GradientNorm(1e-3, 10), RATIO),
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

  private static DiagnosedEpoch moved(int epoch, double ratio) {
    Map<String, Map<String, Double>> figures =
        Map.of("a.W", Map.of("ratio", ratio, "gradient_ratio", 1.0));
    Layers layers = new Layers(List.of("a.W"), List.of("a.W"));
    return new DiagnosedEpoch(
        epoch,
        1,
        8,
        0.1,
        0.01,
        Map.of("update-ratio", figures),
        Map.of(),
        RATIO.warnings(new Course(layers, List.of(figures))));
  }

  @Test
  void ofAWarningThatStoodInSeveralEpochsTheWorstIsKept(@TempDir Path folder) throws IOException {
    DiagnosticsStore store =
        new DiagnosticsStore(RunFolder.open(new Configuration(), folder.toString(), "run"), "");
    List.of(moved(1, 0.3), moved(2, 7.8), moved(3, 0.01), moved(4, 0.45)).forEach(store::add);
    List<DiagnosedEpoch> epochs = DiagnosticsStore.epochs(store.lines());
    assertThat(
            DiagnosticsSection.html(
                    new Diagnosed(
                        List.of(RATIO), List.of("a.W"), "m", "s", epochs, List.of(), List.of()))
                .toString())
        .contains(
            "<b>Rate too high</b> (3 epochs from 1 to 4, worst in epoch 2): an update moves a.W by"
                + " 7.8 of their norm",
            "by a factor of 78 or so");
  }

  @Test
  void aLineOfAVersionThatDidNotSayHowBadAWarningIsIsRead() throws IOException {
    String line =
        "{\"epoch\":%d,\"figures\":{},\"rounds\":{},\"warnings\":[{\"kind\":\"rate too high\","
            + "\"found\":\"found %d.\",\"advice\":\"Do.\",\"layers\":[]}]}\n";
    List<DiagnosedEpoch> epochs =
        DiagnosticsStore.epochs(line.formatted(1, 1) + line.formatted(2, 2));
    assertThat(
            DiagnosticsSection.html(
                    new Diagnosed(
                        List.of(RATIO), List.of("a.W"), "m", "s", epochs, List.of(), List.of()))
                .toString())
        .contains("<b>Rate too high</b> (epochs 1 to 2, words of epoch 2): found 2. Do.");
  }
}
