package io.millrace.metrics;

import java.util.List;
import java.util.Locale;

/**
 * The metrics of a run as a table for a spreadsheet: one row an epoch, empty where not measured.
 */
final class SummaryCsv {
  private static final String HEADER =
      "epoch,updates,train_loss,val_loss,val_top1,val_top5,learning_rate,images_per_second,"
          + "wall_seconds,wait_share\n";

  /** The figures behind epoch and updates. */
  private static final List<String> FIGURES =
      List.of(
          "train_loss",
          "val_loss",
          "val_top1",
          "val_top5",
          "learning_rate_last",
          "images_per_second",
          "wall_seconds",
          "wait_share");

  private SummaryCsv() {}

  static String text(List<EpochMetrics> epochs) {
    StringBuilder csv = new StringBuilder(HEADER);
    for (EpochMetrics e : epochs) {
      csv.append(e.epoch()).append(',').append(e.updates());
      for (String figure : FIGURES) {
        double value = e.figure(figure);
        csv.append(',')
            .append(Double.isFinite(value) ? String.format(Locale.ROOT, "%.6g", value) : "");
      }
      csv.append('\n');
    }
    return csv.toString();
  }
}
