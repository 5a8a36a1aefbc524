package io.millrace.predict;

import io.millrace.metrics.Figures;
import io.millrace.settings.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What {@code predict} did.
 *
 * @param rows predictions
 * @param earlier images that were done before this run began
 * @param reasons images in quarantine, by reason
 * @param seconds that it took
 * @param pace images/s since the first chunk ended; not a number where there was no more
 * @param leftOut what lies in the input and is no part of it, a line each
 * @param predictions folder of the predictions
 * @param quarantine folder of the images in quarantine
 */
public record PredictReport(
    long rows,
    long earlier,
    Map<String, Long> reasons,
    double seconds,
    double pace,
    List<String> leftOut,
    String predictions,
    String quarantine) {
  static PredictReport of(
      PredictTally tally, double seconds, List<String> leftOut, PredictFolder folder) {
    return new PredictReport(
        tally.rows(),
        tally.earlier(),
        tally.reasons(),
        seconds,
        tally.pace(),
        leftOut,
        folder.predictions(),
        folder.quarantine());
  }

  /** Images in quarantine. */
  public long quarantined() {
    return reasons.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The report in lines for the terminal, the last one for programs. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    long images = rows + quarantined();
    lines.add(
        earlier == images
            ? "%s: %s, nothing to do"
                .formatted(
                    Counts.of(images, "image"),
                    images == 0 ? "the source has none" : "all of them were there")
            : Figures.format(
                "%s in %s%s%s",
                Counts.of(images - earlier, "image"),
                Figures.duration(seconds),
                Double.isNaN(pace) ? "" : ", " + Figures.number(pace) + " images/s",
                earlier == 0 ? "" : ", %,d were there".formatted(earlier)));
    if (!reasons.isEmpty()) {
      lines.add("%-14s %s".formatted("quarantine", Counts.words(reasons)));
    }
    leftOut.forEach(left -> lines.add("%-14s %s".formatted("left out", left)));
    lines.add(
        "images=%d quarantined=%d predictions=%s%s"
            .formatted(
                rows,
                quarantined(),
                predictions,
                reasons.isEmpty() ? "" : " quarantine=" + quarantine));
    return lines;
  }
}
