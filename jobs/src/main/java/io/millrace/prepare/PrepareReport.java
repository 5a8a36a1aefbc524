package io.millrace.prepare;

import io.millrace.dataset.DatasetManifest;
import io.millrace.dataset.Split;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What {@code prepare} did.
 *
 * @param path of the prepared set
 * @param upToDate whether the set was there already and nothing was done
 * @param manifest of the set
 * @param rejected rows in quarantine by reason, most frequent first, or empty
 * @param leftOut what lies in the source and is no part of it, a line each
 * @param time that it took
 */
public record PrepareReport(
    String path,
    boolean upToDate,
    DatasetManifest manifest,
    String rejected,
    List<String> leftOut,
    Duration time) {

  /** The report in lines for the terminal. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        upToDate
            ? "%s is up to date: same source, same settings, nothing to do".formatted(path)
            : "prepared %s in %.1f s".formatted(path, time.toMillis() / 1e3));
    lines.add("classes      %d".formatted(manifest.classes().size()));
    for (Split split : Split.values()) {
      var files = manifest.splits().get(split);
      if (files != null) {
        long blocks = files.files().stream().mapToLong(file -> file.blocks().size()).sum();
        long bytes = files.files().stream().mapToLong(DatasetManifest.DataFile::bytes).sum();
        lines.add(
            "%-12s %,d rows, %,d blocks, %,d files, %,d bytes"
                .formatted(
                    split.name().toLowerCase(Locale.ROOT),
                    files.rows(),
                    blocks,
                    files.files().size(),
                    bytes));
      }
    }
    var images = manifest.images();
    lines.add(
        "images       %s, %d channels, mean %s, deviation %s"
            .formatted(
                size(images), images.channels(), round(images.mean()), round(images.deviation())));
    if (manifest.origin().quarantined() > 0) {
      lines.add(
          "quarantine   %,d rows in %s%s"
              .formatted(
                  manifest.origin().quarantined(),
                  manifest.origin().quarantine(),
                  rejected.isEmpty() ? "" : ": " + rejected));
    }
    leftOut.forEach(line -> lines.add("left out     " + line));
    return lines;
  }

  private static String size(DatasetManifest.Images images) {
    return images.height() > 0 && images.width() > 0
        ? "%d x %d".formatted(images.width(), images.height())
        : "of different sizes";
  }

  private static String round(List<Double> values) {
    return values.stream().map(v -> String.format(Locale.ROOT, "%.4f", v)).toList().toString();
  }
}
