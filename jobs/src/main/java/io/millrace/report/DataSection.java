package io.millrace.report;

import io.millrace.dataset.DatasetManifest;
import io.millrace.dataset.DatasetManifest.SplitFiles;
import io.millrace.dataset.Split;
import io.millrace.metrics.Figures;
import io.millrace.metrics.Secrets;
import io.millrace.settings.Counts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a run was trained on, as the manifest of its prepared set says. */
final class DataSection {
  private final DatasetManifest data;

  private DataSection(DatasetManifest data) {
    this.data = data;
  }

  static Markup html(DatasetManifest data) {
    DataSection section = new DataSection(data);
    var images = data.images();
    var origin = data.origin();
    return new Facts()
        .add("source", Secrets.hidden(origin.table().orElse(origin.source())))
        .add("images", section.splits())
        .add("size", images.sizeInWords() + ", " + (images.channels() == 1 ? "grey" : "colour"))
        .add(
            "mean",
            "%s, deviation %s, of the levels of %s, black 0 and white 1"
                .formatted(
                    levels(images.mean()),
                    levels(images.deviation()),
                    data.splits().containsKey(Split.TRAIN) ? "train" : "all images"))
        .add("balance", section.balance())
        .add("in two splits", section.overlaps())
        .add(
            "quarantine",
            origin.quarantined() == 0
                ? "nothing was left out"
                : "%s: %s"
                    .formatted(
                        Counts.of(origin.quarantined(), "row"), Counts.words(origin.reasons())))
        .html();
  }

  /** Images of each class by split, in the order of the splits. */
  static Map<String, List<Long>> imagesByClass(DatasetManifest data) {
    Map<String, List<Long>> images = new LinkedHashMap<>();
    for (Split split : Split.values()) {
      SplitFiles files = data.splits().get(split);
      if (files != null) {
        images.put(split.name().toLowerCase(Locale.ROOT), files.rowsByClass());
      }
    }
    return images;
  }

  private String splits() {
    return imagesByClass(data).entrySet().stream()
        .map(each -> Figures.format("%s %,d", each.getKey(), sum(each.getValue())))
        .collect(Collectors.joining(", "));
  }

  private static long sum(List<Long> counts) {
    return counts.stream().mapToLong(Long::longValue).sum();
  }

  /** How uneven the classes of train are. */
  private String balance() {
    SplitFiles train = data.splits().get(Split.TRAIN);
    if (train == null) {
      return "";
    }
    List<Long> rows = train.rowsByClass();
    int most = extreme(rows, 1);
    int least = extreme(rows, -1);
    if (rows.get(most).equals(rows.get(least))) {
      return Figures.format("%,d images of each class in train", rows.get(most));
    }
    String ratio =
        rows.get(least) == 0
            ? ""
            : Figures.format(", 1 to %.1f", (double) rows.get(most) / rows.get(least));
    return Figures.format(
        "in train from %,d of %s to %,d of %s%s",
        rows.get(least),
        data.classes().get(least),
        rows.get(most),
        data.classes().get(most),
        ratio);
  }

  private static int extreme(List<Long> rows, int sign) {
    return IntStream.range(0, rows.size())
        .reduce((a, b) -> sign * Long.compare(rows.get(b), rows.get(a)) > 0 ? b : a)
        .orElse(0);
  }

  private String overlaps() {
    return data.origin().overlaps().entrySet().stream()
        .map(each -> Counts.of(each.getValue(), "image") + " of " + each.getKey())
        .collect(Collectors.joining(", "));
  }

  private static String levels(List<Double> values) {
    return values.stream().map(v -> Figures.format("%.4f", v)).collect(Collectors.joining(" "));
  }
}
