package io.millrace.prepare;

import io.millrace.dataset.Split;
import io.millrace.source.Splits;
import java.io.Serializable;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** What has to be known of all rows before labels and splits can be given. */
final class SourceTally implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int MOST_NAMES = 200_000;

  private final boolean integers;
  private final Set<String> names = new HashSet<>();
  private final EnumSet<Split> splits = EnumSet.noneOf(Split.class);
  private final EnumSet<Split> claimed = EnumSet.noneOf(Split.class);
  private long rows;
  private final TreeSet<String> unreadable = new TreeSet<>();
  private long maxLabel = -1;

  SourceTally(boolean integers) {
    this.integers = integers;
  }

  SourceTally add(Checked row) {
    if (row.rejection() != null && row.rejection().reason() == Reason.UNREADABLE_SOURCE) {
      unreadable.add(row.rejection().detail());
      return this;
    }
    rows++;
    if (row.rejection() != null) {
      claim(row.rejection().split());
      return this;
    }
    splits.add(row.splitOrTrain());
    claimed.add(row.splitOrTrain());
    if (integers) {
      maxLabel = Math.max(maxLabel, ClassOrder.number(row.label()));
    } else if (names.size() < MOST_NAMES) {
      names.add(row.label());
    }
    return this;
  }

  SourceTally add(SourceTally other) {
    rows += other.rows;
    unreadable.addAll(other.unreadable);
    splits.addAll(other.splits);
    claimed.addAll(other.claimed);
    names.addAll(other.names);
    maxLabel = Math.max(maxLabel, other.maxLabel);
    return this;
  }

  /** What could not be read, a line each. */
  SortedSet<String> unreadable() {
    return unreadable;
  }

  private void claim(String split) {
    Split told = split == null ? Split.TRAIN : Splits.named(split);
    if (told != null) {
      claimed.add(told);
    }
  }

  long rows() {
    return rows;
  }

  Set<String> names() {
    return names;
  }

  long maxLabel() {
    return maxLabel;
  }

  /** Whether a usable row is in that split. */
  boolean has(Split split) {
    return splits.contains(split);
  }

  /** Whether the source tells that split of any row, were it unusable. */
  boolean claims(Split split) {
    return claimed.contains(split);
  }
}
