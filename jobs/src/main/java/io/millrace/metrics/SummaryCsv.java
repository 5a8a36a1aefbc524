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

  private SummaryCsv() {}

  static String text(List<EpochMetrics> epochs) {
    StringBuilder csv = new StringBuilder(HEADER);
    for (EpochMetrics e : epochs) {
      csv.append(e.epoch()).append(',').append(e.updates());
      for (double value :
          new double[] {
            e.trainLoss(),
            e.valLoss(),
            e.valTop1(),
            e.valTop5(),
            e.learningRateLast(),
            e.imagesPerSecond(),
            e.wallSeconds(),
            e.waitShare()
          }) {
        csv.append(',')
            .append(Double.isFinite(value) ? String.format(Locale.ROOT, "%.6g", value) : "");
      }
      csv.append('\n');
    }
    return csv.toString();
  }
}
