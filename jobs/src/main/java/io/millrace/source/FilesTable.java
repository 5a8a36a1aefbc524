package io.millrace.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A table of a catalogue that is files and nothing else, such as Parquet or ORC. It keeps no
 * versions: the one that is there is known by paths, lengths and times of its files.
 */
record FilesTable(SparkSession session, String name) implements SnapshotTable {
  private static final String KIND = "files";
  private static final int DIGITS = 12;

  @Override
  public TableHistory history() {
    TreeSet<String> marks = new TreeSet<>();
    long changed = 0;
    try {
      for (String file : session.table(name).inputFiles()) {
        Path path = new Path(file);
        FileStatus status =
            path.getFileSystem(session.sparkContext().hadoopConfiguration()).getFileStatus(path);
        marks.add("%s %d %d".formatted(file, status.getLen(), status.getModificationTime()));
        changed = Math.max(changed, status.getModificationTime());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read %s: %s".formatted(name, e.getMessage()), e);
    }
    if (marks.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot read %s: it has no files (must be a table of files, Delta or Iceberg, not empty)"
              .formatted(name));
    }
    String id = DigestUtils.sha256Hex(String.join("\n", marks)).substring(0, DIGITS);
    var only = new TableSnapshot(name, KIND, id, Instant.ofEpochMilli(changed));
    return new TableHistory(name, KIND, List.of(only), Map.of(), id);
  }

  @Override
  public Dataset<Row> at(TableSnapshot snapshot) {
    return session.table(name);
  }
}
