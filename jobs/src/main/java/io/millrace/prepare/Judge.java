package io.millrace.prepare;

import io.millrace.dataset.Split;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/**
 * Gives label, id and the source's own split to rows that come sorted by content, so that equal
 * images are judged together.
 *
 * @param classes the order of the classes
 * @param known examples of earlier sets; null for none
 */
record Judge(ClassOrder classes, Broadcast<KnownExamples> known) implements Serializable {
  /** Whether no earlier set has an image with this label. */
  boolean isNew(Checked row) {
    int label = known == null ? -1 : label(row);
    return label < 0 || !known.value().has(row.content(), classes.names().get(label));
  }

  /** The verdicts on rows sorted by {@link ContentKey}; only one group of equal images is held. */
  Iterator<Verdict> judge(Iterator<Tuple2<ContentKey, Checked>> rows) {
    return new Iterator<>() {
      private Checked ahead = rows.hasNext() ? rows.next()._2() : null;
      private Iterator<Verdict> group = List.<Verdict>of().iterator();

      @Override
      public boolean hasNext() {
        return group.hasNext() || ahead != null;
      }

      @Override
      public Verdict next() {
        if (!group.hasNext()) {
          group = judgeEqual(takeEqual()).iterator();
        }
        return group.next();
      }

      private List<Checked> takeEqual() {
        List<Checked> equal = new ArrayList<>();
        ContentHash content = ahead.content();
        while (ahead != null && ahead.content().equals(content)) {
          equal.add(ahead);
          ahead = rows.hasNext() ? rows.next()._2() : null;
        }
        return equal;
      }
    };
  }

  /** The verdicts on equal images in order of (file, row). */
  private List<Verdict> judgeEqual(List<Checked> equal) {
    long labels =
        equal.stream().mapToInt(this::label).filter(label -> label >= 0).distinct().count();
    Set<Split> splits = EnumSet.noneOf(Split.class);
    equal.forEach(row -> splits.add(row.splitOrTrain()));
    List<Verdict> verdicts = new ArrayList<>();
    Map<Integer, Integer> occurrences = new HashMap<>();
    for (Checked row : equal) {
      int label = label(row);
      if (label < 0) {
        verdicts.add(Verdict.rejected(row, Reason.UNKNOWN_LABEL, classes.problem(row.label())));
      } else if (labels > 1) {
        String detail = "its %d copies have %d different labels".formatted(equal.size(), labels);
        verdicts.add(Verdict.rejected(row, Reason.CONTRADICTING_LABELS, detail));
      } else if (otherLabel(row, label).isPresent()) {
        String detail = "an earlier set has it as %s".formatted(otherLabel(row, label).get());
        verdicts.add(Verdict.rejected(row, Reason.CONTRADICTING_LABELS, detail));
      } else {
        int occurrence = occurrences.merge(label, 1, Integer::sum) - 1;
        verdicts.add(accepted(row, label, occurrence, splits));
      }
    }
    return verdicts;
  }

  private Verdict accepted(Checked row, int label, int occurrence, Set<Split> equal) {
    long id = row.content().id(classes.names().get(label), occurrence);
    return new Verdict(
        row.partition(),
        row.index(),
        id,
        row.content().a(),
        label,
        row.splitOrTrain(),
        equal,
        row.facts(),
        null);
  }

  private Optional<String> otherLabel(Checked row, int label) {
    return known == null
        ? Optional.empty()
        : known.value().otherLabel(row.content(), classes.names().get(label), classes.names());
  }

  private int label(Checked row) {
    return classes.index(row.label());
  }
}
