package io.millrace.lakes;

import io.millrace.check.Check;
import io.millrace.check.CheckReport;
import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import io.millrace.dataset.DatasetManifest;
import io.millrace.prepare.Lake;
import io.millrace.prepare.PrepareJob;
import io.millrace.prepare.PrepareListener;
import io.millrace.prepare.PrepareReport;
import io.millrace.run.Start;
import io.millrace.run.TrainJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Delta and Iceberg tables that Spark wrote, each with two versions: rows, then some of them
 * deleted, in files of their own beside the data, and others added. The older is prepared and
 * trained on after the newer came; a prepared set is held against that of plain Parquet of the same
 * rows. At last the older version is taken away.
 */
public final class LakesCheck implements Check {
  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.LongType)
          .add("image", DataTypes.BinaryType)
          .add("label", DataTypes.IntegerType);

  private Path folder;
  private SparkSession spark;
  private CheckReport report;

  @Override
  public void run(CheckReport counts) throws Exception {
    report = counts;
    folder = Files.createTempDirectory("lakes");
    report.say("in " + folder);
    spark = session(folder);
    try {
      for (LakeKind kind : LakeKind.values()) {
        kind.create(spark, folder, rows(0, 90));
        newest(kind);
        String first = kind.version(spark, folder);
        String time = kind.time(spark, folder);
        kind.tag(spark, "gold");
        kind.change(spark, "label = 2 AND id < 60", rows(90, 60));
        older(kind, first, time);
        trained(kind, first);
        live(kind);
        refusals(kind);
        kind.forget(spark, folder);
        gone(kind, first);
      }
    } finally {
      spark.stop();
    }
  }

  private static SparkSession session(Path folder) {
    return SparkSession.builder()
        .master("local[2,4]")
        .appName("millrace-lakes")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
        .config(
            "spark.sql.extensions",
            "io.delta.sql.DeltaSparkSessionExtension,org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions")
        .config(
            "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .config("spark.sql.catalog.lake", "org.apache.iceberg.spark.SparkCatalog")
        .config("spark.sql.catalog.lake.type", "hadoop")
        .config("spark.sql.catalog.lake.warehouse", folder.resolve("iceberg").toString())
        .config("spark.databricks.delta.retentionDurationCheck.enabled", "false")
        .getOrCreate();
  }

  private Dataset<Row> rows(int from, int count) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = from; i < from + count; i++) {
      byte[] image = Lake.encoded(Lake.picture(i, 10, 9, 1), "png");
      rows.add(RowFactory.create((long) i, image, i % 3));
    }
    return spark.createDataFrame(rows, SCHEMA).repartition(2);
  }

  /** By its folder and by its name; the same again is up to date. */
  private void newest(LakeKind kind) throws IOException {
    PrepareReport byFolder = prepare(config(kind, "first", kind.byFolder(folder)));
    PrepareReport byName = prepare(config(kind, "first-by-name", kind.byName()));
    report.count(
        kind + ": 90 rows, by folder and by name",
        rowsOf(byFolder) == 90
            && byFolder.manifest().fingerprint().equals(byName.manifest().fingerprint()));
    report.count(
        kind + ": prepared again it is up to date",
        prepare(config(kind, "first", kind.byFolder(folder))).upToDate());
  }

  private void older(LakeKind kind, String first, String time) throws IOException {
    List<String> asked = new ArrayList<>(List.of("source.version=" + first));
    asked.add("source.timestamp=" + time);
    if (kind == LakeKind.ICEBERG) {
      asked.add("source.tag=gold");
    }
    String expected = fingerprint("first", kind);
    for (String each : asked) {
      for (String place : List.of(kind.byFolder(folder), kind.byName())) {
        String name = "older-" + each.replaceAll("\\W", "") + place.length();
        PrepareReport older = prepare(config(kind, name, place, each, kind.format()));
        report.count(
            "%s: %s with %s is the older version, %s"
                .formatted(kind, each, place, older.manifest().origin().table().orElse("unnamed")),
            older.manifest().fingerprint().equals(expected)
                && older.manifest().origin().table().orElse("").contains(" " + first + " of "));
      }
    }
  }

  private void trained(LakeKind kind, String first) throws IOException {
    RunConfig config = config(kind, "first", kind.byFolder(folder), "source.version=" + first);
    TrainJob.run(spark, config, new Start.Anew(), () -> false);
    Path run = folder.resolve("out").resolve(config.name());
    String word = kind.word() + " " + first + " of ";
    report.count(
        kind + ": the run's manifest says the version",
        Files.readString(run.resolve("manifest.json")).contains(word));
    try (Stream<Path> files = Files.walk(run.resolve("checkpoints"))) {
      List<Path> manifests = files.filter(file -> file.endsWith("manifest.json")).toList();
      boolean all = !manifests.isEmpty();
      for (Path each : manifests) {
        all &= Files.readString(each).contains(word);
      }
      report.count(kind + ": its checkpoints say the version", all);
    }
  }

  /** What was deleted does not come back, and a condition reads what Spark reads. */
  private void live(LakeKind kind) throws IOException {
    String parquet = folder.resolve("live-" + kind).toString();
    kind.rows(spark).write().parquet(parquet);
    PrepareReport newest = prepare(config(kind, "newest", kind.byFolder(folder)));
    PrepareReport plain = prepare(config(kind, "plain", "source.path=" + parquet));
    report.count(
        "%s: the newest has its %d live rows".formatted(kind, rowsOf(newest)),
        rowsOf(newest) == 130
            && newest.manifest().fingerprint().equals(plain.manifest().fingerprint()));
    String where = "source.where=label < 2 and id >= 30";
    PrepareReport some = prepare(config(kind, "some", kind.byName(), where));
    PrepareReport plainSome = prepare(config(kind, "plain-some", "source.path=" + parquet, where));
    report.count(
        "%s: %s gives %d rows, of plain Parquet too".formatted(kind, where, rowsOf(some)),
        some.manifest().fingerprint().equals(plainSome.manifest().fingerprint())
            && some.lines().stream().anyMatch(line -> line.contains("that source.where")));
  }

  private void refusals(LakeKind kind) throws IOException {
    String path = kind.byFolder(folder);
    refused(
        kind + ": its folder as Parquet",
        "name the table's folder and set source.format: " + kind.name().toLowerCase(),
        config(kind, "no", path, "source.format=parquet"));
    refused(
        kind + ": a version that never was",
        "Invalid source.version: 77 (must be a " + kind.word() + " that ",
        config(kind, "no", path, "source.version=77"));
    refused(
        kind + ": a time before the first",
        "Invalid source.timestamp: 2001-01-01 (must be a " + kind.word(),
        config(kind, "no", path, "source.timestamp=2001-01-01"));
  }

  private void gone(LakeKind kind, String first) throws IOException {
    refused(
        kind + ": a version that is gone",
        kind.gone(),
        config(kind, "gone", kind.byFolder(folder), "source.version=" + first));
    // Into a new set, which reads it: Delta's VACUUM is a version of its own.
    PrepareReport newest = prepare(config(kind, "again", kind.byFolder(folder)));
    report.count(
        "%s: the newest can still be read, %s"
            .formatted(kind, newest.manifest().origin().table().orElse("unnamed")),
        newest.manifest().fingerprint().equals(fingerprint("newest", kind)));
  }

  private void refused(String what, String expected, RunConfig config) {
    String message = "nothing";
    try {
      prepare(config);
    } catch (IOException | RuntimeException e) {
      message = String.valueOf(e.getMessage());
    }
    report.count(
        "%s: %s".formatted(what, message),
        message.contains(expected) && message.lines().count() == 1);
  }

  private PrepareReport prepare(RunConfig config) throws IOException {
    return PrepareJob.run(
        spark, config.source(), config.dataset(), config.seed(), PrepareListener.NONE, () -> false);
  }

  private String fingerprint(String set, LakeKind kind) throws IOException {
    Path manifest = folder.resolve(set + "-" + kind).resolve(DatasetManifest.FILE_NAME);
    String text = Files.readString(manifest);
    return text.replaceAll("(?s).*?\"fingerprint\" ?: ?\"([0-9a-f]+)\".*", "$1");
  }

  private static long rowsOf(PrepareReport report) {
    return report.manifest().splits().values().stream()
        .mapToLong(DatasetManifest.SplitFiles::rows)
        .sum();
  }

  private RunConfig config(LakeKind kind, String set, String... keys) {
    List<String> all = new ArrayList<>(List.of("dataset.path=" + folder.resolve(set + "-" + kind)));
    if (Stream.of(keys).noneMatch(key -> key.startsWith("source.path=" + folder.resolve("live")))) {
      all.add(kind.format());
    }
    all.addAll(List.of(keys));
    return ConfigReader.read(
        "lakes",
        """
        name: of-%s
        output: %s
        dataset: {validationShare: 0.2, blockRows: 16, maxBadShare: 0}
        input: {height: 10, width: 9, channels: 1}
        model: {depth: 8, width: 4}
        learningRate: {base: 0.01, warmupEpochs: 0}
        training: {epochs: 2, workers: 2, batchPerWorker: 8}
        """
            .formatted(kind, folder.resolve("out")),
        all);
  }
}
