package io.millrace.prepare;

import static io.millrace.prepare.PrepareFixture.dataset;
import static io.millrace.prepare.PrepareFixture.open;
import static io.millrace.prepare.PrepareFixture.prepare;
import static io.millrace.prepare.PrepareFixture.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.SharedSpark;
import io.millrace.config.ConfigReader;
import io.millrace.dataset.Split;
import io.millrace.source.SourceConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A table of the catalogue as a source; Delta and Iceberg have a check of their own. */
class PrepareTableTest extends WithLake {
  private static final String TABLE = "images_of_a_test";

  private final SparkSession spark = SharedSpark.session();

  @AfterEach
  void drop() {
    spark.sql("DROP VIEW IF EXISTS images_view");
    spark.sql("DROP TABLE IF EXISTS " + TABLE);
  }

  private void table() throws IOException {
    Lake.huggingFace(lake.resolve("train-a.parquet"), Lake.rows(0, 40));
    spark.sql(
        "CREATE TABLE %s USING parquet LOCATION '%s'".formatted(TABLE, lake.toUri().toString()));
  }

  private static SourceConfig config(String... keys) {
    List<String> all = new ArrayList<>(List.of("source.table=" + TABLE));
    all.addAll(List.of(keys));
    return ConfigReader.read("test", "", all).source();
  }

  @Test
  void theSetOfATableIsThatOfItsFiles() throws IOException {
    table();
    PrepareReport report = prepare(config(), dataset(set));
    prepare(source(lake), dataset(folder.resolve("files")));
    assertThat(report.manifest().fingerprint())
        .isEqualTo(open(folder.resolve("files")).manifest().fingerprint());
    assertThat(report.lines())
        .anyMatch(line -> line.matches("source +" + TABLE + ", files [0-9a-f]{12} of .*Z"));
    assertThat(open(set).manifest().origin().table().orElseThrow()).startsWith(TABLE + ", files ");
    assertThat(prepare(config(), dataset(set)).upToDate()).isTrue();
  }

  @Test
  void rowsThatAConditionLeavesOutAreCounted() throws IOException {
    table();
    PrepareReport report = prepare(config("source.where=label < 2"), dataset(set));
    PrepareReport files =
        prepare(
            ConfigReader.read("test", "", List.of("source.path=" + lake, "source.where=label < 2"))
                .source(),
            dataset(folder.resolve("files")));
    assertThat(report.manifest().classes()).containsExactly("0", "1");
    assertThat(files.manifest().fingerprint()).isEqualTo(report.manifest().fingerprint());
    for (PrepareReport each : List.of(report, files)) {
      assertThat(each.lines())
          .contains("left out     13 rows that source.where, or source.splits, leaves out");
    }
  }

  /** By its files a table is new or not; what an earlier night has is known by its bytes. */
  @Test
  void aNightTakesWhatIsNewInATable() throws IOException {
    table();
    Increment nothing = new Increment(List.of(), Set.of(), KnownExamples.NONE, 0);
    PrepareReport first = night("one", nothing);
    Increment since =
        new Increment(
            first.manifest().classes(),
            first.read().files().stream()
                .map(file -> Increment.mark(first.read(), file))
                .collect(Collectors.toSet()),
            KnownExamples.of(spark, List.of(open(folder.resolve("one")))),
            0);
    assertThatThrownBy(() -> night("two", since)).isInstanceOf(NothingNewException.class);
    Lake.huggingFace(lake.resolve("train-b.parquet"), Lake.rows(40, 9));
    spark.sql("REFRESH TABLE " + TABLE);
    TreeSet<Split> splits = new TreeSet<>(night("two", since).manifest().splits().keySet());
    long rows = splits.stream().mapToLong(split -> open(folder.resolve("two")).rows(split)).sum();
    assertThat(rows).isEqualTo(9);
  }

  private PrepareReport night(String name, Increment since) throws IOException {
    return PrepareJob.run(
        spark,
        config(),
        dataset(folder.resolve(name)),
        1,
        since,
        PrepareListener.NONE,
        () -> false);
  }

  @Test
  void whatCannotBeReadIsNamedInOneLine() throws IOException {
    table();
    assertThatThrownBy(() -> prepare(config("source.version=3"), dataset(set)))
        .hasMessage(
            "Invalid source.table: %s (must be a Delta or Iceberg table where a version, timestamp"
                + " or tag is asked for)",
            TABLE);
    assertThatThrownBy(() -> prepare(config("source.label=kind"), dataset(set)))
        .hasMessage(
            "Invalid source.label: kind (must be an integer, string or bool column of %s, which has"
                + " image, label)",
            TABLE);
    assertThatThrownBy(() -> prepare(config("source.where=kind = 1"), dataset(set)))
        .hasMessageMatching("Invalid source.where: \\(kind = 1\\) \\(must be a condition [^\\n]+");
    assertThatThrownBy(() -> prepare(config("source.table=nosuch"), dataset(set)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "Cannot read nosuch: The table or view `nosuch` cannot be found[^\\n]*");
    spark.sql("CREATE VIEW images_view AS SELECT * FROM " + TABLE);
    assertThatThrownBy(() -> prepare(config("source.table=images_view"), dataset(set)))
        .hasMessage(
            "Invalid source.table: images_view (must be a table: a view has no version to go back"
                + " to)");
    Files.createDirectories(lake.resolve("_delta_log"));
    assertThatThrownBy(
            () ->
                prepare(
                    ConfigReader.read(
                            "test", "", List.of("source.path=" + lake, "source.format=delta"))
                        .source(),
                    dataset(set)))
        .hasMessage(
            "Cannot read Delta Lake tables: their reader is not on the classpath (give spark-submit"
                + " --packages io.delta:delta-spark_2.12:3.3.2, before the command)");
  }
}
