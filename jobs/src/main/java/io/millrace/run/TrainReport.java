package io.millrace.run;

import io.millrace.evaluate.EvaluationReport;
import io.millrace.metrics.EpochMetrics;
import io.millrace.metrics.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a training run came to.
 *
 * @param report path of report.html
 * @param epochs metrics of all its epochs
 * @param model path of model.zip
 * @param modelIs which epoch's weights it holds, for people
 * @param validated the validation of those weights; empty without a validation split
 * @param shadows the validation of the means of weights of the last epoch, by name, where there is
 *     a validation split
 */
public record TrainReport(
    String report,
    List<EpochMetrics> epochs,
    String model,
    String modelIs,
    Optional<EvaluationReport> validated,
    Map<String, EvaluationReport> shadows) {

  /** The report in lines for the terminal; the last one is for programs. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    EpochMetrics last = epochs.get(epochs.size() - 1);
    EpochMetrics best = last;
    for (EpochMetrics epoch : epochs) {
      boolean equal = epoch.valTop1() == best.valTop1() && epoch.epoch() < best.epoch();
      best = epoch.valTop1() > best.valTop1() || equal ? epoch : best;
    }
    if (Double.isFinite(last.valTop1())) {
      lines.add(
          "validation: top-1 %s after the last epoch, %d; best %s, epoch %d"
              .formatted(
                  Figures.percent(last.valTop1()),
                  last.epoch(),
                  Figures.percent(best.valTop1()),
                  best.epoch()));
    }
    lines.add("model: " + modelIs);
    shadows.forEach((name, report) -> lines.add(shadow(name, report)));
    String measured =
        validated
            .map(v -> String.format(Locale.ROOT, "top1=%.4f loss=%.4f ", v.top1(), v.loss()))
            .orElse("");
    lines.add("%smodel=%s report=%s".formatted(measured, model, report));
    return lines;
  }

  private String shadow(String name, EvaluationReport report) {
    boolean better = validated.isPresent() && report.top1() > validated.get().top1();
    return "model-%s.zip: top-1 %s%s"
        .formatted(
            name,
            Figures.percent(report.top1()),
            better
                ? ", better than " + Figures.percent(validated.get().top1()) + " of model.zip"
                : "");
  }
}
