package io.millrace.report;

import io.millrace.metrics.EpochMetrics;
import io.millrace.metrics.Figures;
import io.millrace.settings.Counts;
import io.millrace.training.RoundReport;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * The numbers at the head of a report: how well model.zip does, or the last epoch while there is
 * none, and what the run took.
 */
final class KeyNumbers {
  private final Markup html = Markup.none();
  private final List<EpochMetrics> epochs;

  private KeyNumbers(ReportData data) {
    this.epochs = data.course().epochs();
    EpochMetrics last = epochs.get(epochs.size() - 1);
    html.add("<dl class=\"numbers\">");
    quality(data, data.course().ofModel(), last);
    speed(data, last);
    data(last);
    overflows(last);
    html.add(
        "</dl>\n<p class=\"about\">Images/s leave out the first round after a start, which loads"
            + " libraries and builds replicas. Read so many times: bytes read in the last epoch /"
            + " bytes of the set.</p>\n");
  }

  static Markup html(ReportData data) {
    return data.course().epochs().isEmpty() ? Markup.none() : new KeyNumbers(data).html;
  }

  private void quality(ReportData data, Optional<EpochMetrics> model, EpochMetrics last) {
    EpochMetrics shown = model.orElse(last);
    tile("top-1", Figures.percent(shown.valTop1()), whose(model, last) + others(shown, last));
    if (data.tellsTop5()) {
      tile("top-5", Figures.percent(shown.valTop5()), "on " + data.validated().split());
    }
    tile(
        "loss",
        Figures.number(shown.valLoss()),
        "training "
            + Figures.number(shown.trainLoss())
            + (data.isTaught() ? ", with the teacher's" : ""));
  }

  private static String whose(Optional<EpochMetrics> model, EpochMetrics last) {
    return model
        .map(each -> "model.zip, epoch " + each.epoch())
        .orElse("after epoch " + last.epoch());
  }

  /** The best epoch and the last one, where they are not the one that is shown. */
  private String others(EpochMetrics shown, EpochMetrics last) {
    String best =
        best()
            .filter(e -> e.valTop1() > shown.valTop1() || Double.isNaN(shown.valTop1()))
            .map(e -> "; best %s, epoch %d".formatted(Figures.percent(e.valTop1()), e.epoch()))
            .orElse("");
    return last.epoch() == shown.epoch()
        ? best
        : best + "; last %s, epoch %d".formatted(Figures.percent(last.valTop1()), last.epoch());
  }

  private void speed(ReportData data, EpochMetrics last) {
    double seconds = sum(e -> e.examplesSeen() / e.imagesPerSecond());
    tile(
        "images/s",
        Figures.number(sum(EpochMetrics::examplesSeen) / seconds),
        Counts.of(data.course().workers(), "worker"));
    tile(
        "training time",
        Figures.duration(sum(EpochMetrics::wallSeconds)),
        "and " + Figures.duration(sum(e -> e.figure("validation_seconds"))) + " of validation");
    tile(
        "epochs",
        last.epoch()
            + (last.epoch() < data.course().planned() ? " of " + data.course().planned() : ""),
        Counts.of(last.updates(), "update")
            + (last.stage() == 0 ? "" : ", " + Counts.of(last.stage(), "stage")));
  }

  private void data(EpochMetrics last) {
    tile(
        "examples an epoch",
        Figures.format("%,d", last.examplesInSet()),
        last.examplesDistinct() == last.examplesInSet() ? "each exactly once" : "not all seen");
    tile(
        "waiting for data",
        Figures.percent(last.figure("wait_share")),
        Figures.format("read %.2f times", last.figure("bytes_read") / last.figure("bytes_in_set")));
  }

  /** Where the loss is scaled. */
  private void overflows(EpochMetrics last) {
    double scale = last.figure("measures." + RoundReport.LOSS_SCALE);
    if (!Double.isNaN(scale)) {
      tile(
          "updates skipped",
          Figures.format("%,.0f", sum(e -> e.figure("measures." + RoundReport.SKIPPED))),
          "for overflows; loss scale " + Figures.number(scale));
    }
  }

  private Optional<EpochMetrics> best() {
    return epochs.stream()
        .filter(e -> Double.isFinite(e.valTop1()))
        .max((a, b) -> Double.compare(a.valTop1(), b.valTop1()));
  }

  private void tile(String name, String value, String note) {
    html.add(new Tile(name, value, note).html());
  }

  private double sum(ToDoubleFunction<EpochMetrics> value) {
    return epochs.stream().mapToDouble(value).sum();
  }
}
