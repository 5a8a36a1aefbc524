package io.millrace.prepare;

import static io.millrace.prepare.PrepareFixture.dataset;
import static io.millrace.prepare.PrepareFixture.prepare;
import static io.millrace.prepare.PrepareFixture.source;
import static io.millrace.prepare.PrepareFixture.train;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.SharedSpark;
import io.millrace.dataset.DatasetManifest;
import io.millrace.dataset.NewerFormatException;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.prepare.Lake.Row;
import io.millrace.source.SourceConfig;
import io.millrace.source.SourceConfig.Format;
import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrepareRejectionTest {
  @TempDir Path folder;
  private Path lake;
  private Path set;
  private Path file;

  @BeforeEach
  void makeLake() throws IOException {
    lake = Files.createDirectory(folder.resolve("lake"));
    set = folder.resolve("set");
    file = lake.resolve("a.parquet");
  }

  @Test
  void aPathThatIsNotSetOrNotThere() {
    refused(
        new SourceConfig(null, Format.AUTO, "image", "label", null, List.of(), null),
        "Invalid source.path: null (must be set)");
    refused(
        source(lake + "/nowhere"),
        "Invalid source.path: %s/nowhere (must be a file or folder that exists, or a"
            + " pattern that matches one)",
        lake);
    refused(source(lake), "Cannot read %s: it has no files", lake);
  }

  @Test
  void aMissingColumn() throws IOException {
    Lake.huggingFace(file, Lake.rows(0, 3));
    refused(
        new SourceConfig(lake.toString(), Format.AUTO, "picture", "label", null, List.of(), null),
        "Invalid source.image: picture (must be a binary column or a struct with bytes of"
            + " a.parquet, which has image, label)");
    refused(
        new SourceConfig(lake.toString(), Format.AUTO, "image", "kind", null, List.of(), null),
        "Invalid source.label: kind (must be an integer, string or bool column of a.parquet, which"
            + " has image, label)");
    refused(
        new SourceConfig(lake.toString(), Format.AUTO, "image", "label", "part", List.of(), null),
        "Invalid source.split: part (must be a string column of a.parquet, which has image,"
            + " label)");
  }

  @Test
  void aColumnOfAnotherType() throws IOException {
    Lake.huggingFace(file, Lake.rows(0, 3));
    refused(
        new SourceConfig(lake.toString(), Format.AUTO, "label", "label", null, List.of(), null),
        "Invalid source.image: label (must be a binary column or a struct with bytes; in a.parquet"
            + " it is int64)");
    refused(
        new SourceConfig(lake.toString(), Format.AUTO, "image", "image", null, List.of(), null),
        "Invalid source.label: image (must be an integer, string or bool column; in a.parquet it is"
            + " a struct of bytes, path)");
  }

  @Test
  void anEmptyDataSet() throws IOException {
    Lake.huggingFace(file, List.of());
    refused(source(lake), "Cannot prepare %s: it has no rows", lake);
  }

  @Test
  void oneClassOnly() throws IOException {
    Lake.huggingFace(file, List.of(new Row(Lake.png(1), 1), new Row(Lake.png(2), 1)));
    refused(
        source(lake),
        "Cannot prepare %s: all of its training rows have the class 1 (must be 2 classes or more)",
        lake);
  }

  @Test
  void noTrainingRowThatCanBeUsed() throws IOException {
    Lake.huggingFace(lake.resolve("test-0.parquet"), Lake.rows(0, 4));
    Lake.huggingFace(
        lake.resolve("train-0.parquet"), List.of(new Row(null, 1), new Row(new byte[9], 2)));
    assertThatThrownBy(() -> prepare(source(lake), PrepareFixture.lenient(set)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot prepare %s: none of its rows for training can be used: 1 path to no image in train, 1 unreadable image in train"
                .formatted(lake));
  }

  @Test
  void aZeroByteParquetFile() throws IOException {
    Lake.huggingFace(file, Lake.rows(0, 3));
    Files.createFile(lake.resolve("b.parquet"));
    refused(source(lake), "Cannot read file:%s/b.parquet: the file is empty (0 bytes)", lake);
  }

  @Test
  void aCutParquetFile() throws IOException {
    Lake.huggingFace(file, Lake.rows(0, 3));
    Files.write(lake.resolve("b.parquet"), Arrays.copyOf(Files.readAllBytes(file), 300));
    refused(
        source(lake),
        "Cannot read file:%s/b.parquet: it is cut or not a Parquet file (300 bytes, no valid"
            + " footer)",
        lake);
  }

  @Test
  void aCutIdxFile() throws IOException {
    Lake.idx(lake, "train", new int[] {0, 1, 2}, 2, 2, new byte[11]);
    refused(
        source(lake),
        "Cannot read IDX file file:%s/train-images-idx3-ubyte.gz: it is cut short",
        lake);
  }

  @Test
  void aFolderWithoutImages() throws IOException {
    Files.writeString(Files.createDirectory(lake.resolve("cat")).resolve("a.psd"), "8BPS");
    refused(
        source(lake),
        "Cannot read %s: none of its files is a *.parquet, an IDX file, or a PNG, JPEG, GIF, BMP, TIFF or WebP",
        lake);
  }

  @Test
  void filesOfWhichOnlySomeTellTheirSplit() throws IOException {
    Lake.huggingFace(lake.resolve("train-0.parquet"), Lake.rows(0, 3));
    Lake.huggingFace(lake.resolve("more.parquet"), Lake.rows(0, 3));
    refused(
        source(lake),
        "Cannot read %s: train-0.parquet tells a split by its path, more.parquet does not (must be"
            + " all or none: a folder called train, validation or test, or that word in the name;"
            + " source.splitByPath: false makes all of them train)",
        lake);
  }

  @Test
  void classesGivenTwice() throws IOException {
    Lake.huggingFace(file, Lake.rows(0, 3));
    refused(
        PrepareFixture.withClasses(lake, List.of("a", "a"), null),
        "Invalid source.classes: [a, a] (must be distinct, a is there twice)");
    refused(
        PrepareFixture.withClasses(lake, List.of("a", "b"), set),
        "Invalid source.classesFrom: %s (must be left out where source.classes is set)",
        set);
  }

  @Test
  void moreBadRowsThanAllowedLeaveTheEarlierSetAsItWas() throws IOException {
    Lake.huggingFace(file, Lake.rows(0, 9));
    DatasetManifest earlier = prepare(source(lake), dataset(set)).manifest();
    List<Row> rows = new ArrayList<>(Lake.rows(0, 7));
    rows.add(new Row(Lake.cut(Lake.png(50)), 0));
    rows.add(new Row(Lake.cut(Lake.encoded(Lake.picture(1, 50, 50, 3), "jpg")), 0));
    rows.add(new Row(Lake.png(51), -1));
    Lake.huggingFace(file, rows);
    assertThatThrownBy(() -> prepare(source(lake), dataset(set)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "Cannot prepare "
                + lake
                + ": 3 of 10 rows cannot be used, 30.00 % \\(dataset.maxBadShare allows 1.00 %\\): "
                + "2 unreadable image, 1 unknown label \\(-1\\); see file:"
                + set
                + "/quarantine-[-0-9a-f]+");
    assertThat(PreparedDataset.open(set.toString(), new Configuration()).manifest())
        .isEqualTo(earlier);
    try (var children = Files.list(set)) {
      assertThat(children.filter(child -> child.getFileName().toString().startsWith("data-")))
          .hasSize(1);
    }
  }

  @Test
  void aSetOfANewerFormatIsNeitherReadNorReplaced() throws IOException {
    Lake.huggingFace(file, Lake.rows(0, 9));
    prepare(source(lake), dataset(set));
    Path manifest = set.resolve("manifest.json");
    Files.writeString(
        manifest,
        Files.readString(manifest).replace("\"formatVersion\" : 2", "\"formatVersion\" : 3"));
    assertThat(set.resolve(".manifest.json.crc")).as("written past Hadoop's disk").doesNotExist();
    String message =
        "Cannot read prepared data set %s: it has format version 3, this Millrace reads 2"
            .formatted(set);
    assertThatThrownBy(() -> PreparedDataset.open(set.toString(), new Configuration()))
        .isInstanceOf(NewerFormatException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> prepare(source(lake), dataset(set))).hasMessage(message);
  }

  @Test
  void aSetOfAnOlderFormatIsNotReadAndIsPreparedAnew() throws IOException {
    Lake.huggingFace(file, Lake.rows(0, 9));
    prepare(source(lake), dataset(set));
    edit("\"formatVersion\" : 2", "\"formatVersion\" : 1");
    assertThatThrownBy(() -> PreparedDataset.open(set.toString(), new Configuration()))
        .hasMessage(
            "Cannot read prepared data set %s: it has format version 1, this Millrace reads 2 (prepare it again)",
            set);
    assertThat(prepare(source(lake), dataset(set)).upToDate()).isFalse();
    assertThat(PreparedDataset.open(set.toString(), new Configuration()).rows(Split.TEST)).isZero();
  }

  @Test
  void aManifestThatSomebodyChangedIsNotReadAndIsPreparedAnew() throws IOException {
    Lake.huggingFace(file, Lake.rows(0, 9));
    var written = prepare(source(lake), dataset(set)).manifest();
    edit(written.images().mean().get(0).toString(), "0.5");
    assertThatThrownBy(() -> PreparedDataset.open(set.toString(), new Configuration()))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Cannot read prepared data set %s: its manifest.json was changed after it was written (prepare it again)",
            set);
    assertThat(prepare(source(lake), dataset(set)).upToDate()).isFalse();
    assertThat(PreparedDataset.open(set.toString(), new Configuration()).fingerprint())
        .isEqualTo(written.fingerprint());
  }

  private void edit(String from, String to) throws IOException {
    Path manifest = set.resolve("manifest.json");
    String json = Files.readString(manifest);
    assertThat(json).contains(from);
    Files.writeString(manifest, json.replaceFirst(Pattern.quote(from), to));
    assertThat(set.resolve(".manifest.json.crc")).as("written past Hadoop's disk").doesNotExist();
  }

  @Test
  void aSetWithACutOrMissingFileIsNotReadAndIsPreparedAnew() throws IOException {
    Lake.huggingFace(file, Lake.rows(0, 9));
    var first = prepare(source(lake), dataset(set)).manifest();
    String name = first.splits().values().iterator().next().files().get(0).path();
    Path data = set.resolve(name);
    long length = Files.size(data);
    Files.write(data, Arrays.copyOf(Files.readAllBytes(data), 100));
    assertThatThrownBy(() -> PreparedDataset.open(set.toString(), new Configuration()))
        .hasMessage(
            "Cannot read prepared data set file:%s: file %s has 100 bytes, the manifest says %d",
            set, name, length);
    Files.delete(data);
    assertThatThrownBy(() -> PreparedDataset.open(set.toString(), new Configuration()))
        .hasMessage("Cannot read prepared data set file:%s: file %s is missing", set, name);
    assertThat(prepare(source(lake), dataset(set)).upToDate()).isFalse();
    assertThat(PreparedDataset.open(set.toString(), new Configuration()).fingerprint())
        .isEqualTo(first.fingerprint());
  }

  @Test
  void aSetThatCannotBeReadNowIsNotTakenForNone() throws IOException {
    Lake.huggingFace(file, Lake.rows(0, 9));
    prepare(source(lake), dataset(set));
    Configuration conf = SharedSpark.session().sparkContext().hadoopConfiguration();
    conf.set("fs.silent.impl", Silent.class.getName());
    assertThatThrownBy(() -> prepare(source(lake), dataset("silent:" + set)))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(WrongInputException.class)
        .hasMessage("Cannot read prepared data set silent:%s: it does not answer", set);
  }

  /** A store that lists its files and gives none of them. */
  public static final class Silent extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("silent:///");
    }

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path path, int buffer) throws IOException {
      throw new IOException("it does not answer");
    }
  }

  @Test
  void aFolderWithoutASet() {
    assertThatThrownBy(() -> PreparedDataset.open(lake.toString(), new Configuration()))
        .hasMessage(
            "Cannot read prepared data set %s: it has no manifest.json (run prepare first)", lake);
  }

  @Test
  void aPlaceThatCannotBeWritten() throws IOException {
    Lake.huggingFace(file, Lake.rows(0, 9));
    Path blocked = Files.createFile(folder.resolve("blocked"));
    assertThatThrownBy(() -> prepare(source(lake), train(blocked.resolve("set"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid dataset.path: file:%s/set (must be a folder that can be written)", blocked);
  }

  private void refused(SourceConfig source, String message, Object... values) {
    assertThatThrownBy(() -> prepare(source, train(set)))
        .isInstanceOfAny(IllegalArgumentException.class, WrongInputException.class) // ends with 2
        .hasMessage(message.formatted(values));
    assertThat(set.resolve("manifest.json")).doesNotExist();
  }
}
