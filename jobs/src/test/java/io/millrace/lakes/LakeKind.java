package io.millrace.lakes;

import java.nio.file.Path;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The kinds of tables that are tried, as their own SQL makes them. */
enum LakeKind {
  DELTA("images", "Delta version") {
    @Override
    void create(SparkSession spark, Path folder, Dataset<Row> rows) throws Exception {
      rows.write()
          .format("delta")
          .option("delta.enableDeletionVectors", "true")
          .option("path", place(folder))
          .saveAsTable(name);
    }

    @Override
    String version(SparkSession spark, Path folder) {
      return "" + spark.sql("DESCRIBE HISTORY " + name).first().getLong(0);
    }

    @Override
    String time(SparkSession spark, Path folder) {
      return spark
          .sql("DESCRIBE HISTORY " + name)
          .selectExpr("CAST(timestamp + INTERVAL 1 SECOND AS STRING)")
          .first()
          .getString(0);
    }

    @Override
    void tag(SparkSession spark, String tag) {}

    @Override
    void forget(SparkSession spark, Path folder) {
      spark.sql("OPTIMIZE " + name);
      spark.sql("VACUUM %s RETAIN 0 HOURS".formatted(name));
    }

    @Override
    String gone() {
      return "Cannot ";
    }

    @Override
    String place(Path folder) {
      return folder.resolve("delta").toString();
    }
  },
  ICEBERG("lake.db.images", "Iceberg snapshot") {
    @Override
    void create(SparkSession spark, Path folder, Dataset<Row> rows) throws Exception {
      rows.writeTo(name)
          .using("iceberg")
          .tableProperty("format-version", "2")
          .tableProperty("write.delete.mode", "merge-on-read")
          .create();
    }

    @Override
    String version(SparkSession spark, Path folder) {
      return "" + snapshots(spark).getLong(0);
    }

    @Override
    String time(SparkSession spark, Path folder) {
      return snapshots(spark).getString(1);
    }

    private Row snapshots(SparkSession spark) {
      return spark
          .sql(
              "SELECT snapshot_id, CAST(committed_at + INTERVAL 1 SECOND AS STRING) FROM %s.snapshots"
                  .formatted(name))
          .first();
    }

    @Override
    void tag(SparkSession spark, String tag) {
      spark.sql("ALTER TABLE %s CREATE TAG %s RETAIN 1 DAYS".formatted(name, tag));
    }

    @Override
    void forget(SparkSession spark, Path folder) {
      spark.sql("ALTER TABLE %s DROP TAG gold".formatted(name));
      spark.sql(
          "CALL lake.system.expire_snapshots(table => 'db.images', older_than => TIMESTAMP '2100-01-01 00:00:00', retain_last => 1)");
    }

    @Override
    String gone() {
      return "Invalid source.version: ";
    }

    @Override
    String place(Path folder) {
      return folder.resolve("iceberg/db/images").toString();
    }
  };

  final String name;
  private final String word;

  LakeKind(String name, String word) {
    this.name = name;
    this.word = word;
  }

  /** What a version is called. */
  String word() {
    return word;
  }

  String format() {
    return "source.format=" + name().toLowerCase(Locale.ROOT);
  }

  String byFolder(Path folder) {
    return "source.path=" + place(folder);
  }

  String byName() {
    return "source.table=" + name;
  }

  /** Its rows, as Spark reads them. */
  Dataset<Row> rows(SparkSession spark) {
    return spark.table(name);
  }

  /** Deletes rows and adds others: the newer version. A second lies before it. */
  void change(SparkSession spark, String deleted, Dataset<Row> added) throws Exception {
    Thread.sleep(2000); // so that a time lies between the versions
    spark.sql("DELETE FROM %s WHERE %s".formatted(name, deleted));
    added.writeTo(name).append();
  }

  abstract String place(Path folder);

  abstract void create(SparkSession spark, Path folder, Dataset<Row> rows) throws Exception;

  abstract String version(SparkSession spark, Path folder);

  /** A time after the newest version, before the next. */
  abstract String time(SparkSession spark, Path folder);

  abstract void tag(SparkSession spark, String tag);

  /** Takes all earlier versions away. */
  abstract void forget(SparkSession spark, Path folder);

  /** How the line begins that says so. */
  abstract String gone();
}
