package io.millrace.prepare;

import io.millrace.dataset.Split;
import java.io.Serializable;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/** What has to be known of all rows before labels and splits can be given. */
final class SourceTally implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int MOST_NAMES = 200_000;

  private final boolean integers;
  private final Set<String> names = new HashSet<>();
  private final EnumSet<Split> splits = EnumSet.noneOf(Split.class);
  private long rows;
  private long maxLabel = -1;

  SourceTally(boolean integers) {
    this.integers = integers;
  }

  SourceTally add(Checked row) {
    rows++;
    if (row.rejection() == null) {
      splits.add(row.split() == null ? Split.TRAIN : row.split());
      if (integers) {
        maxLabel = Math.max(maxLabel, Long.parseLong(row.label()));
      } else if (names.size() < MOST_NAMES) {
        names.add(row.label());
      }
    }
    return this;
  }

  SourceTally add(SourceTally other) {
    rows += other.rows;
    splits.addAll(other.splits);
    names.addAll(other.names);
    maxLabel = Math.max(maxLabel, other.maxLabel);
    return this;
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

  boolean has(Split split) {
    return splits.contains(split);
  }
}
