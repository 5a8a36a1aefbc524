package io.millrace.prepare;

import io.millrace.dataset.Split;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Counts and sums over all verdicts. */
final class Tally implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int DIFFERENT = 0;

  private final long[][] rows;
  private final EnumMap<Reason, Long> rejected = new EnumMap<>(Reason.class);
  private final ChannelSums train = new ChannelSums();
  private final ChannelSums all = new ChannelSums();
  private int height = -1;
  private int width = -1;

  Tally(int classes) {
    rows = new long[Split.values().length][classes];
  }

  Tally add(Verdict verdict) {
    if (!verdict.accepted()) {
      rejected.merge(verdict.rejection().reason(), 1L, Long::sum);
      return this;
    }
    rows[verdict.split().ordinal()][verdict.label()]++;
    ImageFacts facts = verdict.facts();
    all.add(facts.sums());
    if (verdict.split() == Split.TRAIN) {
      train.add(facts.sums());
    }
    height = common(height, facts.height());
    width = common(width, facts.width());
    return this;
  }

  Tally add(Tally other) {
    for (int split = 0; split < rows.length; split++) {
      for (int label = 0; label < rows[split].length; label++) {
        rows[split][label] += other.rows[split][label];
      }
    }
    other.rejected.forEach((reason, count) -> rejected.merge(reason, count, Long::sum));
    train.add(other.train);
    all.add(other.all);
    height = common(height, other.height);
    width = common(width, other.width);
    return this;
  }

  List<Long> byClass(Split split) {
    List<Long> counts = new ArrayList<>();
    for (long count : rows[split.ordinal()]) {
      counts.add(count);
    }
    return counts;
  }

  long rows(Split split) {
    return byClass(split).stream().mapToLong(Long::longValue).sum();
  }

  long rejected() {
    return rejected.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Reasons with their counts, most frequent first. */
  String reasons() {
    return rejected.entrySet().stream()
        .sorted(Map.Entry.<Reason, Long>comparingByValue(Comparator.reverseOrder()))
        .map(entry -> "%d %s".formatted(entry.getValue(), entry.getKey()))
        .collect(Collectors.joining(", "));
  }

  Map<Reason, Long> rejections() {
    return rejected;
  }

  ChannelSums train() {
    return train;
  }

  /** 1 if all images of all splits are grey, else 3. */
  int channels() {
    return all.channels();
  }

  /** Height of all images in pixels, 0 where they differ. */
  int height() {
    return Math.max(0, height);
  }

  /** Width of all images in pixels, 0 where they differ. */
  int width() {
    return Math.max(0, width);
  }

  private static int common(int a, int b) {
    return a < 0 ? b : b < 0 || a == b ? a : DIFFERENT;
  }
}
