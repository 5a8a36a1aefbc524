package io.millrace.source;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Tables whose log tells which of their files and rows are alive. Reading every file brings deleted
 * rows back, so they are refused.
 */
enum TableFormat {
  DELTA(
      "Delta Lake",
      "delta",
      "_delta_log",
      "(?:.*/)?_delta_log",
      "org.apache.spark.sql.delta.sources.DeltaDataSource",
      "io.delta:delta-spark_2.12:3.3.2"),
  HUDI("Hudi", "hudi", ".hoodie", "(?:.*/)?\\.hoodie(?:_partition_metadata)?", "", ""),
  ICEBERG(
      "Iceberg",
      "iceberg",
      "metadata",
      "(?:.*/)?metadata/[^/]*\\.metadata\\.json(?:\\.gz)?",
      "org.apache.iceberg.spark.source.IcebergSource",
      "org.apache.iceberg:iceberg-spark-runtime-3.5_2.12:1.12.0");

  private final String title;
  private final String reader;
  private final String folder;
  private final Pattern mark;
  private final String readerClass;
  private final String artifact;

  TableFormat(
      String title,
      String reader,
      String folder,
      String mark,
      String readerClass,
      String artifact) {
    this.readerClass = readerClass;
    this.artifact = artifact;
    this.title = title;
    this.reader = reader;
    this.folder = folder;
    this.mark = Pattern.compile(mark + "(?:/.*)?");
  }

  /**
   * Requires its reader, which no jar of ours holds.
   *
   * @throws IllegalArgumentException naming the flag that brings it
   */
  void requireReader() {
    if (!isThere()) {
      throw new IllegalArgumentException(missing());
    }
  }

  /** What to do about a missing reader, in a line. */
  String missing() {
    return "Cannot read %s tables: their reader is not on the classpath (give spark-submit --packages %s, before the command)"
        .formatted(title, artifact);
  }

  /** Whether its reader is on the classpath. */
  boolean isThere() {
    try {
      Class.forName(readerClass, false, Thread.currentThread().getContextClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /**
   * Refuses a path that belongs to the log of a table.
   *
   * @throws IllegalArgumentException if it does
   */
  static void refuse(String source, String path) {
    for (TableFormat format : values()) {
      Matcher matcher = format.mark.matcher(path);
      if (matcher.matches()) {
        throw format.refusal(source, path);
      }
    }
  }

  /** Refuses a source that lies inside a table. */
  static void refuseAround(String source, Path root, FileSystem fs) {
    for (Path folder = root; folder != null; folder = folder.getParent()) {
      for (TableFormat format : values()) {
        Path log = new Path(folder, format.folder);
        if (isLog(fs, log)) {
          throw format.refusal(source, log.toUri().getPath());
        }
      }
    }
  }

  private static boolean isLog(FileSystem fs, Path log) {
    try {
      if (!log.getName().equals(ICEBERG.folder)) {
        return fs.exists(log);
      }
      return fs.exists(log) && fs.globStatus(new Path(log, "*.metadata.json*")).length > 0;
    } catch (IOException e) {
      return false; // a folder above the source, which its reader may have no right to list
    }
  }

  private IllegalArgumentException refusal(String source, String mark) {
    String way =
        this == HUDI
            ? "write the live ones first: spark.read.format(\"hudi\").load(TABLE).write.parquet(FOLDER), then read FOLDER"
            : "name the table's folder and set source.format: " + reader;
    return new IllegalArgumentException(
        "Cannot read %s: it is a %s table (%s), and its files hold rows that were deleted (%s)"
            .formatted(source, title, mark, way));
  }
}
