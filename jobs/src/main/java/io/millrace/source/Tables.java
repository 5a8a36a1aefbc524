package io.millrace.source;

import io.millrace.source.SourceConfig.Format;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Opens what a config names as a table. Used on the driver. */
public final class Tables {
  /** Images are large: a batch of Spark's 4096 rows would be hundreds of megabytes. */
  private static final Map<String, String> SMALL_BATCHES =
      Map.of(
          "spark.sql.parquet.columnarReaderBatchSize", "64",
          "spark.sql.orc.columnarReaderBatchSize", "64",
          "spark.sql.iceberg.vectorization.enabled", "false",
          "spark.sql.files.maxPartitionBytes", "64m");

  private Tables() {}

  /**
   * The table at the snapshot that a config asks for, which is resolved here and now; empty where
   * the source is files.
   *
   * @throws IllegalArgumentException if the table or the snapshot is not there, or its reader
   */
  public static Optional<TableRows> open(SparkSession spark, SourceConfig config)
      throws IOException {
    if (!config.tabular()) {
      return Optional.empty();
    }
    SparkSession session = spark.newSession();
    SMALL_BATCHES.forEach((key, value) -> session.conf().set(key, value));
    SparkSession.setActiveSession(session); // Iceberg asks for the one of the thread
    try {
      SnapshotTable table = table(session, config);
      TableSnapshot snapshot = table.history().resolve(config, time(session, config));
      return Optional.of(new TableRows(table.at(snapshot), snapshot, config));
    } catch (IllegalArgumentException e) {
      throw e;
    } catch (Exception e) { // AnalysisException is checked and not declared
      throw unreadable(config, e);
    } finally {
      SparkSession.setActiveSession(spark);
    }
  }

  /**
   * Requires the reader that a config names.
   *
   * @throws IllegalArgumentException naming the flag that brings it
   */
  public static void requireReader(SourceConfig config) {
    if (config.format() == Format.DELTA) {
      TableFormat.DELTA.requireReader();
    } else if (config.format() == Format.ICEBERG) {
      TableFormat.ICEBERG.requireReader();
    }
  }

  /** What to do where the reader of {@code delta} or {@code iceberg} is missing, in a line. */
  public static String missing(String format) {
    return TableFormat.valueOf(format.toUpperCase(Locale.ROOT)).missing();
  }

  /** What a session needs to read a config's table; {@code spark.sql.extensions} is a list. */
  public static Map<String, String> settings(SourceConfig config) {
    return config.tabular() && TableFormat.DELTA.isThere()
        ? Map.of(
            "spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension",
            "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        : Map.of();
  }

  private static IllegalArgumentException unreadable(SourceConfig config, Exception e) {
    return new IllegalArgumentException(
        "Cannot read %s: %s".formatted(config.place(), SqlCondition.reason(e)), e);
  }

  private static SnapshotTable table(SparkSession session, SourceConfig config) throws IOException {
    boolean named = config.table() != null;
    String name = named ? config.table() : folder(session, config.path().get(0));
    Format format = config.format() == Format.AUTO ? provider(session, name) : config.format();
    if (format == Format.DELTA) {
      TableFormat.DELTA.requireReader();
      return new DeltaTable(session, name, named);
    }
    if (format == Format.ICEBERG) {
      TableFormat.ICEBERG.requireReader();
      IcebergTable.settings(name)
          .forEach(
              (key, value) -> {
                if (session.conf().getOption(key).isEmpty()) {
                  session.conf().set(key, value);
                }
              });
      return new IcebergTable(session, name, named);
    }
    if (config.version() != null || config.timestamp() != null || config.tag() != null) {
      throw new IllegalArgumentException(
          "Invalid source.table: %s (must be a Delta or Iceberg table where a version, timestamp or tag is asked for)"
              .formatted(name));
    }
    return new FilesTable(session, name);
  }

  private static String folder(SparkSession session, String path) throws IOException {
    var conf = session.sparkContext().hadoopConfiguration();
    Path folder = new Path(path);
    folder = folder.getFileSystem(conf).makeQualified(folder);
    if (!folder.getFileSystem(conf).exists(folder)) {
      throw new IllegalArgumentException(
          "Invalid source.path: %s (must be the folder of a table)".formatted(path));
    }
    return folder.toString();
  }

  /** What a table of the catalogue is; files where it is none of those with versions. */
  private static Format provider(SparkSession session, String name) {
    Map<String, String> facts = new HashMap<>();
    for (Row row : session.sql("DESCRIBE TABLE EXTENDED " + name).collectAsList()) {
      facts.put(row.getString(0), row.getString(1));
    }
    if ("VIEW".equals(facts.get("Type"))) {
      throw new IllegalArgumentException(
          "Invalid source.table: %s (must be a table: a view has no version to go back to)"
              .formatted(name));
    }
    String provider = String.valueOf(facts.get("Provider")).toLowerCase(Locale.ROOT);
    return provider.equals("delta")
        ? Format.DELTA
        : provider.equals("iceberg") ? Format.ICEBERG : Format.PARQUET;
  }

  private static Instant time(SparkSession session, SourceConfig config) {
    if (config.timestamp() == null) {
      return null;
    }
    Row time = session.sql("SELECT CAST('%s' AS TIMESTAMP)".formatted(config.timestamp())).first();
    if (time.isNullAt(0)) {
      throw new IllegalArgumentException(
          "Invalid source.timestamp: %s (must be %s)"
              .formatted(config.timestamp(), SourceConfig.TIME));
    }
    return time.getTimestamp(0).toInstant();
  }
}
