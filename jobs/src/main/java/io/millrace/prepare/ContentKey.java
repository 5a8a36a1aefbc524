package io.millrace.prepare;

import java.io.Serializable;
import java.util.Comparator;

/** Brings equal images together, in order of (file, row). */
record ContentKey(ContentHash content, String file, long row)
    implements Serializable, Comparable<ContentKey> {
  private static final Comparator<ContentKey> ORDER =
      Comparator.comparing(ContentKey::content)
          .thenComparing(ContentKey::file)
          .thenComparingLong(ContentKey::row);

  static ContentKey of(Checked row) {
    return new ContentKey(row.content(), row.file(), row.row());
  }

  /** Which of {@code ranges} equal ranges of the hashes this lies in: equal images share it. */
  int range(int ranges) {
    return (int) (content.fraction() * ranges);
  }

  @Override
  public int compareTo(ContentKey other) {
    return ORDER.compare(this, other);
  }
}
