package io.millrace.sink;

import io.millrace.diagnostics.Bins;
import io.millrace.diagnostics.DiagnosedEpoch;
import io.millrace.metrics.EpochMetrics;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The points of an epoch, at the number of its last update: figures as {@code epoch/val_top1} and
 * {@code seconds/read}, diagnostics as {@code gradient-norm/stem.W/rms}, and histograms.
 *
 * @param metrics its figures
 * @param diagnosed what diagnostics found in it
 */
record EpochEvents(EpochMetrics metrics, Optional<DiagnosedEpoch> diagnosed) {
  void addTo(EventFile file) {
    file.scalars(time(), metrics.updates(), figures());
    diagnosed.ifPresent(
        found ->
            found
                .figures()
                .forEach((kind, layers) -> layers.forEach((l, f) -> add(kind + "/" + l, f, file))));
  }

  /** Adds pictures as one; nothing where there are none. */
  void pictures(String tag, List<byte[]> pngs, EventFile file) throws IOException {
    if (!pngs.isEmpty()) {
      file.picture(time(), metrics.updates(), tag, PictureGrid.of(pngs));
    }
  }

  private Map<String, Double> figures() {
    Map<String, Double> figures = new LinkedHashMap<>();
    metrics
        .figures()
        .forEach((name, value) -> figures.put(EpochEvents.tag(name), value.doubleValue()));
    return figures;
  }

  /** {@code seconds.read} is tag read of the group seconds. */
  static String tag(String figure) {
    return figure.contains(".") ? figure.replaceFirst("\\.", "/") : "epoch/" + figure;
  }

  private void add(String tag, Map<String, Double> figures, EventFile file) {
    if (figures.isEmpty()) {
      return;
    }
    if (figures.keySet().stream().allMatch(Bins::isBin)) {
      file.histogram(time(), metrics.updates(), tag, BinHistogram.of(figures));
      return;
    }
    Map<String, Double> numbers = new LinkedHashMap<>();
    figures.forEach(
        (name, value) -> numbers.put(tag + "/" + name, value == null ? Double.NaN : value));
    file.scalars(time(), metrics.updates(), numbers);
  }

  private Instant time() {
    return Instant.parse(metrics.endedAt());
  }
}
