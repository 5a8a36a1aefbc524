package io.millrace.prepare;

import io.millrace.dataset.ImageSizes;
import io.millrace.dataset.Split;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Counts and sums over all verdicts. */
final class VerdictTally implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int SPLITS = Split.values().length;
  private static final int NAMED = 5;

  private final long[][] rows;
  private final long[][] overlaps = new long[SPLITS][SPLITS];
  private final TreeMap<String, Long> rejected = new TreeMap<>();
  private final TreeMap<String, TreeSet<String>> unknownLabels = new TreeMap<>();
  private final ChannelSums train = new ChannelSums();
  private final ChannelSums all = new ChannelSums();
  private ImageSizes sizes;

  VerdictTally(int classes) {
    rows = new long[SPLITS][classes];
  }

  VerdictTally add(Verdict verdict) {
    if (!verdict.accepted()) {
      Rejection why = verdict.rejection();
      rejected.merge(why.reasonAndSplit(), 1L, Long::sum);
      if (why.reason() == Reason.UNKNOWN_LABEL && why.label() != null) {
        name(why.reasonAndSplit(), Set.of(why.label()));
      }
      return this;
    }
    int split = verdict.split().ordinal();
    rows[split][verdict.label()]++;
    for (Split other : verdict.splits()) {
      overlaps[split][other.ordinal()]++;
    }
    ImageFacts facts = verdict.facts();
    all.add(facts);
    if (verdict.split() == Split.TRAIN) {
      train.add(facts);
    }
    sizes = union(sizes, ImageSizes.of(facts.height(), facts.width()));
    return this;
  }

  VerdictTally add(VerdictTally other) {
    for (int split = 0; split < SPLITS; split++) {
      for (int label = 0; label < rows[split].length; label++) {
        rows[split][label] += other.rows[split][label];
      }
      for (int second = 0; second < SPLITS; second++) {
        overlaps[split][second] += other.overlaps[split][second];
      }
    }
    other.rejected.forEach((reason, count) -> rejected.merge(reason, count, Long::sum));
    other.unknownLabels.forEach(this::name);
    train.add(other.train);
    all.add(other.all);
    sizes = union(sizes, other.sizes);
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

  /** All overlaps of a later split with an earlier one, by {@code test in train}. */
  Map<String, Long> overlaps() {
    Map<String, Long> found = new LinkedHashMap<>();
    for (Split split : Split.values()) {
      for (Split other : Split.values()) {
        long rows = overlaps[split.ordinal()][other.ordinal()];
        if (other.ordinal() < split.ordinal() && rows > 0) {
          String pair = "%s in %s".formatted(split, other).toLowerCase(Locale.ROOT);
          found.put(pair, rows);
        }
      }
    }
    return found;
  }

  long rejected() {
    return rejected.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Rejected rows by reason and the split that the source tells, most frequent first. */
  Map<String, Long> reasons() {
    Map<String, Long> sorted = new LinkedHashMap<>();
    rejected.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
        .forEach(entry -> sorted.put(entry.getKey() + labels(entry.getKey()), entry.getValue()));
    return sorted;
  }

  /** Keeps the first few labels, and one more to tell that there are others. */
  private void name(String reason, Set<String> labels) {
    TreeSet<String> known = unknownLabels.computeIfAbsent(reason, each -> new TreeSet<>());
    known.addAll(labels);
    while (known.size() > NAMED + 1) {
      known.pollLast();
    }
  }

  private String labels(String reason) {
    TreeSet<String> labels = unknownLabels.getOrDefault(reason, new TreeSet<>());
    if (labels.isEmpty()) {
      return "";
    }
    String named = labels.stream().limit(NAMED).collect(Collectors.joining(", "));
    return " (%s%s)".formatted(named, labels.size() > NAMED ? ", ..." : "");
  }

  /** What pixels are normalised by: of train, or of the whole set where it has no train. */
  ChannelSums statistics() {
    return rows(Split.TRAIN) > 0 ? train : all;
  }

  /** 1 if all images of all splits are grey, else 3. */
  int channels() {
    return all.channels();
  }

  /** Extremes of the sizes of all images. */
  ImageSizes sizes() {
    return sizes;
  }

  private static ImageSizes union(ImageSizes a, ImageSizes b) {
    return a == null ? b : b == null ? a : a.and(b);
  }
}
