package io.millrace.source;

import io.millrace.dataset.Split;
import io.millrace.settings.Key;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Where {@code prepare} finds the images. */
public record SourceConfig(
    @Key(
            doc =
                "Hadoop path of the source: a Parquet file or folder, a folder with one folder a class, a folder of IDX files, or a pattern such as lake/*/*.parquet; or a list of them, of one file system.",
            value = "[]",
            rule = "a path or a pattern",
            one = true)
        List<String> path,
    @Key(
            doc =
                "Name of a table in the session's catalogue in place of path, such as lake.db.images: Delta, Iceberg, or plain files.",
            value = "null")
        String table,
    @Key(
            doc =
                "Layout of the source; auto tells by what lies there. delta and iceberg are tables, whose readers come by --packages.",
            value = "auto")
        Format format,
    @Key(
            doc =
                "Version of a Delta table, or id of an Iceberg snapshot, that is read; null for the newest, or what timestamp or tag says.",
            value = "null",
            min = 0)
        Long version,
    @Key(
            doc = "Time whose version of a Delta or Iceberg table is read, in the session's zone.",
            value = "null",
            rule = SourceConfig.TIME,
            pattern =
                "\\d{4}-\\d{2}-\\d{2}(?:[ T]\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d{1,9})?)?(?:Z|[+-]\\d{2}:\\d{2})?)?")
        String timestamp,
    @Key(doc = "Tag of an Iceberg table whose snapshot is read.", value = "null") String tag,
    @Key(
            doc =
                "Which rows are read, in Spark SQL's words: partition columns spare whole folders, which are not even listed, other columns of Parquet leave out rows, which are counted.",
            value = "null",
            rule = "a condition of Spark SQL, such as day >= '2026-11-01' and source != 'test'")
        String where,
    @Key(
            doc = "Parquet column with the image: a struct of bytes and path, or binary.",
            value = "image")
        String image,
    @Key(
            doc = "Parquet column with the label: an integer, a string, true or false.",
            value = "label")
        String label,
    @Key(doc = "Parquet column that names the split, if there is one.", value = "null")
        String split,
    @Key(
            doc =
                "Whether folders and file names called train, validation, test and their like tell the split; false makes all that no column tells train.",
            value = "true")
        boolean splitByPath,
    @Key(doc = "Splits that are read; empty reads all.", value = "[]") List<Split> splits,
    @Key(
            doc =
                "Class names in order; empty takes the Hugging Face footer, else integers 0 to the highest, else names by code point.",
            value = "[]")
        List<String> classes,
    @Key(doc = "Path of a prepared data set whose class order is taken.", value = "null")
        String classesFrom)
    implements java.io.Serializable {
  /** What a timestamp must be. */
  static final String TIME =
      "a date or a time such as 2026-11-21, 2026-11-21 02:15:00 or 2026-11-21T02:15:00Z";

  /** Refuses what does not go together, and a condition that is none. */
  public SourceConfig {
    path = List.copyOf(path);
    Where.of(where);
    boolean versioned = format == Format.DELTA || format == Format.ICEBERG;
    if (table != null && !path.isEmpty()) {
      throw invalid("table", table, "null where source.path is given");
    }
    if (table != null && !versioned && format != Format.AUTO) {
      throw invalid("format", format, "auto, delta or iceberg where source.table is given");
    }
    if (versioned && table == null && path.size() > 1) {
      throw invalid("path", path, "the folder of one table where source.format is " + name(format));
    }
    if (tag != null && format == Format.DELTA) {
      throw invalid("tag", tag, "null where source.format is delta, whose versions have no tags");
    }
    Map<String, Object> asked = new LinkedHashMap<>();
    asked.put("version", version);
    asked.put("timestamp", timestamp);
    asked.put("tag", tag);
    asked.values().removeIf(Objects::isNull);
    for (var each : asked.entrySet()) {
      if (asked.size() > 1) {
        throw invalid(each.getKey(), each.getValue(), "alone of version, timestamp and tag");
      }
      if (table == null && !versioned) {
        throw invalid(
            each.getKey(), each.getValue(), "null unless source.format is delta or iceberg");
      }
    }
  }

  private static IllegalArgumentException invalid(String key, Object value, String rule) {
    Object written = value instanceof Format format ? name(format) : value;
    return new IllegalArgumentException(
        "Invalid %s: %s (must be %s)".formatted(key, written, rule));
  }

  private static String name(Format format) {
    return format.name().toLowerCase(Locale.ROOT);
  }

  /** A source of one path, of which all rows are read. */
  public SourceConfig(
      String path,
      Format format,
      String image,
      String label,
      String split,
      boolean splitByPath,
      List<Split> splits,
      List<String> classes,
      String classesFrom) {
    this(
        path == null ? List.of() : List.of(path),
        null,
        format,
        null,
        null,
        null,
        null,
        image,
        label,
        split,
        splitByPath,
        splits,
        classes,
        classesFrom);
  }

  /** The same, all of whose splits are read, as paths or a column tell them. */
  public SourceConfig(
      String path,
      Format format,
      String image,
      String label,
      String split,
      List<String> classes,
      String classesFrom) {
    this(path, format, image, label, split, true, List.of(), classes, classesFrom);
  }

  /** Whether there is one. */
  public boolean given() {
    return !path.isEmpty() || table != null;
  }

  /** Where it is, in words. */
  public String place() {
    return table != null ? table : String.join(", ", path);
  }

  /** Whether it is a table that Spark reads, not files. */
  public boolean tabular() {
    return table != null || format == Format.DELTA || format == Format.ICEBERG;
  }

  /** No column: rows need no label, and have none. */
  private static final String NO_LABEL = "";

  /**
   * The same source for images alone: no label is asked for, and where no split is chosen none is
   * looked for.
   */
  public SourceConfig unlabelled() {
    boolean all = splits.isEmpty();
    return new SourceConfig(
        path,
        table,
        format,
        version,
        timestamp,
        tag,
        where,
        image,
        NO_LABEL,
        all ? null : split,
        !all && splitByPath,
        splits,
        classes,
        classesFrom);
  }

  /** All images of another place, whatever its layout is. */
  public SourceConfig at(String other) {
    return new SourceConfig(
        other, Format.AUTO, image, label, null, splitByPath, List.of(), classes, classesFrom);
  }

  /** Whether rows have labels. */
  boolean isLabelled() {
    return label != null && !label.isEmpty();
  }

  /** Layouts of a source. */
  public enum Format {
    AUTO,
    PARQUET,
    FOLDERS,
    IDX,
    DELTA,
    ICEBERG
  }
}
