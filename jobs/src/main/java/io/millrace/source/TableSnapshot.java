package io.millrace.source;

import java.time.Instant;
import java.util.List;
import org.apache.hadoop.fs.Path;

/**
 * A table at one of its versions.
 *
 * @param table its name or folder
 * @param kind what the version is called: {@code Delta version}, {@code Iceberg snapshot}
 * @param id number of the version
 * @param committed when it was written
 */
record TableSnapshot(String table, String kind, String id, Instant committed) {
  /** In words. */
  String words() {
    return "%s %s of %s".formatted(kind, id, committed);
  }

  /** As the one file that was read: a set of the same snapshot is of the same source. */
  SourceFiles asFiles(String where) {
    var whole = new SourceFiles.Entry(words(), 0, committed.toEpochMilli());
    return new SourceFiles(
        new Path(table),
        List.of(whole),
        List.of(),
        List.of(),
        0,
        0,
        new RowFilter(where, Partitions.NONE));
  }
}
