package io.millrace.prepare;

import static io.millrace.prepare.PrepareFixture.prepare;
import static io.millrace.prepare.PrepareFixture.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.SharedSpark;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.prepare.DatasetConfig.Encoding;
import io.millrace.source.SourceConfig;
import io.millrace.source.SourceConfig.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lakes as Spark and people leave them. */
class PrepareLakeTest {
  @TempDir Path folder;
  private Path lake;
  private Path set;

  @BeforeEach
  void nameFolders() {
    lake = folder.resolve("a lake");
    set = folder.resolve("set");
  }

  @Test
  void everyCodecAndIntegerTypeIsReadAndNullLabelsAreQuarantined() throws IOException {
    List<String> codecs = List.of("zstd", "snappy", "gzip", "none", "lz4_raw");
    List<String> types = List.of("tinyint", "smallint", "int", "bigint", "int");
    Dataset<Row> rows = table("0", "1", "2", null, "1").coalesce(1);
    for (int i = 0; i < codecs.size(); i++) {
      rows.selectExpr("image", "cast(label as %s) as label".formatted(types.get(i)))
          .where("crc32(image) %% 5 = %d or label is null".formatted(i))
          .write()
          .mode("append")
          .option("compression", codecs.get(i))
          .parquet(lake.toString());
    }
    assertThat(lake.resolve("_SUCCESS")).exists();
    Files.writeString(lake.resolve(".hidden.parquet"), "not one");
    PrepareReport report = prepare(source(lake), dataset());
    assertThat(report.rejected()).isEqualTo("5 unknown label");
    assertThat(open().classes()).containsExactly("0", "1", "2");
    assertThat(open().rows(Split.TRAIN)).isEqualTo(4);
  }

  @Test
  void partitionsGiveLabelsAndSplits() throws IOException {
    Dataset<Row> rows = table("cat", "a dog/ü:1", "cat", null, "a dog/ü:1");
    for (String split : List.of("train", "test")) {
      rows.selectExpr("image", "label", "'%s' as part".formatted(split))
          .write()
          .mode("append")
          .partitionBy("part", "label")
          .parquet(lake.toString());
    }
    var source =
        new SourceConfig(lake.toString(), Format.AUTO, "image", "label", "part", List.of(), null);
    assertThat(prepare(source, dataset()).rejected())
        .isEqualTo("1 unknown label in test, 1 unknown label in train");
    assertThat(open().classes()).containsExactly("a dog/ü:1", "cat");
    assertThat(open().rows(Split.TRAIN)).isEqualTo(4);
    assertThat(open().rows(Split.TEST)).isEqualTo(4);
  }

  @Test
  void partitionsNamedByNumbersAreClassNumbers() throws IOException {
    table("10", "2", "2").write().partitionBy("label").parquet(lake.toString());
    prepare(source(lake), dataset());
    assertThat(open().classes()).hasSize(11).startsWith("0", "1", "2");
  }

  @Test
  void labelsWhoseBytesAreNotUtf8AreNotTakenForOne() throws IOException {
    table("636166E9", "636166E8", "636174", "646F67")
        .selectExpr("image", "unhex(label) as label")
        .write()
        .parquet(lake.toString());
    assertThat(prepare(source(lake), dataset()).rejected())
        .isEqualTo("2 unknown label (caf\uFFFD)");
    assertThat(open().classes()).containsExactly("cat", "dog");
  }

  @Test
  void foldersOfParquetTellTheSplit() throws IOException {
    table("0", "1").write().parquet(lake + "/train");
    table("0", "1", "1").write().parquet(lake + "/test");
    prepare(source(lake), dataset());
    assertThat(open().rows(Split.TRAIN)).isEqualTo(2);
    assertThat(open().rows(Split.TEST)).isEqualTo(3);
  }

  @Test
  void classFoldersMayHaveAnyNameAndBeLinks() throws IOException {
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
    Files.write(elsewhere.resolve("x.png"), Lake.png(1));
    Files.createDirectories(lake);
    Files.createSymbolicLink(lake.resolve("linked"), elsewhere);
    int seed = 2;
    for (String name : List.of("Straße 7", "猫", "50% off", "a:b", "plus+ & #1")) {
      Files.createDirectories(lake.resolve(name));
      Files.write(lake.resolve(name).resolve("12.30 é.png"), Lake.png(seed++));
    }
    prepare(source(lake), dataset());
    assertThat(open().classes())
        .containsExactly("50% off", "Straße 7", "a:b", "linked", "plus+ & #1", "猫");
    assertThat(open().rows(Split.TRAIN)).isEqualTo(6);
  }

  @Test
  void imagesGivenByPathAreRefused() {
    table("0", "1")
        .selectExpr("'a.png' as image", "label")
        .coalesce(1)
        .write()
        .parquet(lake.toString());
    assertThatThrownBy(() -> prepare(source(lake), dataset()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "Invalid source.image: image \\(must hold the bytes of images; in part-\\S+ it is text\\)");
  }

  @Test
  void filesThatDifferAreNamed() {
    table("0", "1").coalesce(1).write().parquet(lake + "/a");
    table("0", "1")
        .selectExpr("image", "int(label) as label")
        .coalesce(1)
        .write()
        .parquet(lake + "/b");
    assertThatThrownBy(() -> prepare(source(lake), dataset()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "Cannot read .*a lake: a/part-\\S+ and b/part-\\S+ differ in the type or the class names"
                + " of column label");
  }

  private DatasetConfig dataset() {
    return new DatasetConfig(set.toString(), 8, 2, 0, 0, Encoding.KEEP, 90, 0.6);
  }

  private PreparedDataset open() throws IOException {
    return PreparedDataset.open(set.toString(), new Configuration());
  }

  /** One image a label, none equal to another. */
  private static Dataset<Row> table(String... labels) {
    List<Row> rows = new ArrayList<>();
    try {
      for (String label : labels) {
        rows.add(RowFactory.create(Lake.png(rows.size()), label));
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    var schema = new StructType().add("image", "binary").add("label", "string");
    return SharedSpark.session().createDataFrame(rows, schema);
  }
}
