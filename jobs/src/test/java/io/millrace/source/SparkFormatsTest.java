package io.millrace.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.SharedSpark;
import io.millrace.dataset.Split;
import io.millrace.prepare.Lake;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images as Spark's own readers leave them in Parquet. */
class SparkFormatsTest {
  @TempDir Path folder;

  @Test
  void whatBinaryFileReadIsLabelledByItsFolders() throws IOException {
    for (String split : List.of("train", "test")) {
      for (String label : List.of("cat", "dog e")) {
        image("raw/%s/%s/1.png".formatted(split, label), split.length() + label.length());
      }
    }
    OpenedSource source = open(binaryFiles("raw"), "image", null);
    Map<String, String> found = new TreeMap<>();
    for (SourceRow row : source.rows()) {
      found.put(row.split() + "/" + row.label(), row.file());
      assertThat(row.image())
          .isEqualTo(
              Files.readAllBytes(
                  folder.resolve("raw/%s/%s/1.png".formatted(row.split(), row.label()))));
    }
    assertThat(found.keySet())
        .containsExactly("test/cat", "test/dog e", "train/cat", "train/dog e");
    assertThat(source.source().integerLabels()).isFalse();
    assertThat(
            open(folder.resolve("files").toString(), "content", "path like '%/train/%'").splits())
        .containsExactly((String) null);
  }

  @Test
  void theSplitsOfPathsAreChosenWithoutLabelsToo() throws IOException {
    for (String split : List.of("train", "test")) {
      image("raw/%s/cat/1.png".formatted(split), 1);
      image("raw/%s/dog/1.png".formatted(split), split.length());
    }
    SourceConfig all = SourceConfigs.where(null, "image", binaryFiles("raw"));
    for (Split split : List.of(Split.TRAIN, Split.TEST)) {
      OpenedSource source = OpenedSource.of(splits(all, split).unlabelled());
      assertThat(source.rows()).hasSize(2).allMatch(row -> row.label() == null);
      assertThat(source.splits()).containsExactly(Splits.name(split));
      OpenedSource labelled = OpenedSource.of(splits(all, split));
      assertThat(labelled.labels()).containsExactly("cat", "dog");
      assertThat(labelled.splits()).containsExactly(Splits.name(split));
    }
    assertThat(OpenedSource.of(all.unlabelled()).rows()).hasSize(4);
  }

  private static SourceConfig splits(SourceConfig all, Split split) {
    return new SourceConfig(
        all.path().get(0),
        all.format(),
        all.image(),
        all.label(),
        null,
        true,
        List.of(split),
        List.of(),
        null);
  }

  /** Rows of binaryFile with such paths. */
  private String paths(String name, String... paths) {
    List<Row> rows = new ArrayList<>();
    for (String path : paths) {
      rows.add(RowFactory.create(path, new Timestamp(0), 3L, new byte[] {1, 2, 3}));
    }
    return written(name, rows, binaryFile(DataTypes.StringType));
  }

  /** The columns of binaryFile, with a path of such a type. */
  private static StructType binaryFile(DataType path) {
    return new StructType()
        .add("path", path)
        .add("modificationTime", DataTypes.TimestampType)
        .add("length", DataTypes.LongType)
        .add("content", DataTypes.BinaryType);
  }

  private String written(String name, List<Row> rows, StructType schema) {
    String path = folder.resolve(name).toString();
    SharedSpark.session().createDataFrame(rows, schema).coalesce(1).write().parquet(path);
    return path;
  }

  @Test
  void eachOfSeveralPlacesAndStoresHasClassFoldersOfItsOwn() throws IOException {
    String web = paths("lake/web", "s3a://web/photos/cat/1", "s3a://web/photos/dog/1");
    String cam = paths("lake/cam", "s3a://web/cam/a/cat/1", "s3a://web/cam/a/dog/1");
    String two = paths("two", "file:/lake/raw/x/cat/1", "file:/lake/raw/x/dog/1", "s3a://b/cat/1");
    SourceConfig both = SourceConfigs.where(null, "image", web, cam);
    assertThat(OpenedSource.of(both).labels()).containsExactly("cat", "dog");
    String pattern = folder.resolve("lake/*").toString();
    assertThat(open(pattern, "image", null).labels()).containsExactly("cat", "dog");
    assertThat(open(two, "image", null).labels()).containsExactly("cat", "dog");
    SourceConfig depths = SourceConfigs.where(null, "image", web, two);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OpenedSource.of(depths))
        .withMessageContaining("must be folders of one depth, where the images' folders are");
    String first = paths("of/a", "file:/d1/train/cat/1", "file:/d1/train/dog/1");
    String second = paths("of/b", "file:/d2/test/cat/1", "file:/d2/test/dog/1");
    OpenedSource split = OpenedSource.of(SourceConfigs.where(null, "image", first, second));
    assertThat(split.labels()).containsExactly("cat", "dog");
    assertThat(split.splits()).containsExactly("test", "train");
  }

  @Test
  void anImageBesideTheClassFoldersHasNoClass() throws IOException {
    String stray = paths("stray", "file:/raw/cat/1", "file:/raw/dog/1", "file:/raw/2");
    assertThat(open(stray, "image", null).rows())
        .extracting(SourceRow::label)
        .containsExactly("cat", "dog", null);
    String bucket = paths("bucket", "s3a://cats/1", "s3a://dogs/a/2");
    assertThat(open(bucket, "image", null).rows())
        .extracting(SourceRow::label)
        .containsExactly(null, "a");
    String only = paths("only", "s3a://b/raw/cat/1", "s3a://b/raw/cat/more/2");
    assertThat(open(only, "image", null).rows())
        .extracting(SourceRow::label)
        .containsExactly("cat", "cat");
  }

  @Test
  void aColumnAndPathsTellLabelsSideBySideInAnyOrder() throws IOException {
    StructType schema =
        new StructType().add("image", DataTypes.BinaryType).add("label", DataTypes.StringType);
    for (String column : List.of("a", "c")) {
      List<Row> bird = List.of(RowFactory.create(new byte[] {1}, "bird"));
      written("mixed-" + column + "/" + column, bird, schema);
      paths("mixed-" + column + "/b", "file:/raw/cat/1", "file:/raw/dog/1");
      OpenedSource source = open(folder.resolve("mixed-" + column).toString(), "image", null);
      assertThat(source.rows())
          .extracting(SourceRow::label)
          .containsExactlyInAnyOrder("bird", "cat", "dog");
    }
  }

  @Test
  void aPathThatIsNoTextTellsNothing() {
    List<Row> rows = List.of(RowFactory.create(1L, new Timestamp(0), 3L, new byte[3]));
    String numbers = written("numbers", rows, binaryFile(DataTypes.LongType));
    assertThatThrownBy(() -> open(numbers, "content", null))
        .isInstanceOf(BadSourceException.class)
        .hasMessageContaining("Invalid source.label: label (must be")
        .hasMessageContaining("which has path, modificationTime, length, content");
  }

  @Test
  void aColumnOfLabelsBesideWhatBinaryFileReadIsTaken() throws IOException {
    image("raw/label=3/1.png", 1);
    image("raw/label=4/2.png", 2);
    OpenedSource source = open(binaryFiles("raw"), "image", null);
    assertThat(source.labels()).containsExactly("3", "4");
    assertThat(source.source().integerLabels()).isTrue();
  }

  /** What Spark ML's reader decodes is held against ImageIO's decoding of the same files. */
  @Test
  void imagesOfSparkMlBecomePngsOfTheSameLevels() throws IOException {
    image("raw/label=0/grey.png", Lake.picture(1, 6, 5, 1));
    image("raw/label=1/colour.png", Lake.picture(2, 4, 7, 3));
    Files.writeString(folder.resolve("raw/label=1/none.png"), "no image");
    String ml = folder.resolve("ml").toString();
    SharedSpark.session()
        .read()
        .format("image")
        .load(folder.resolve("raw").toString())
        .coalesce(1)
        .write()
        .parquet(ml);
    List<SourceRow> rows = open(ml, "image", null).rows();
    assertThat(rows).hasSize(3);
    for (SourceRow row : rows) {
      if (row.image() == null) {
        assertThat(row.missing()).isEqualTo(SourceRow.NO_IMAGE);
      } else {
        same(
            row.image(),
            row.label().equals("0") ? Lake.picture(1, 6, 5, 1) : Lake.picture(2, 4, 7, 3));
      }
    }
    assertThat(rows).extracting(SourceRow::label).containsExactlyInAnyOrder("0", "1", "1");
  }

  @Test
  void alphaIsLeftOutAndWhatIsNoImageIsSaid() throws IOException {
    List<Row> rows = new ArrayList<>();
    rows.add(ml(2, 1, 4, 24, new byte[] {1, 2, 3, 99, 4, 5, 6, 99}));
    rows.add(ml(1, 1, 3, 21, new byte[12]));
    rows.add(ml(2, 2, 3, 16, new byte[11]));
    rows.add(ml(Integer.MAX_VALUE, Integer.MAX_VALUE, 3, 16, new byte[3]));
    StructType schema =
        new StructType()
            .add("image", ImageSchema.columnSchema())
            .add("label", DataTypes.IntegerType);
    List<SourceRow> read = open(written("ml", rows, schema), "image", null).rows();
    BufferedImage first = ImageIO.read(new ByteArrayInputStream(read.get(0).image()));
    assertThat(first.getRaster().getPixel(0, 0, (int[]) null)).containsExactly(3, 2, 1);
    assertThat(first.getRaster().getPixel(1, 0, (int[]) null)).containsExactly(6, 5, 4);
    assertThat(read.subList(1, 4)).allMatch(SourceRow::damaged).noneMatch(SourceRow::pathOnly);
    assertThat(read.subList(1, 4))
        .extracting(SourceRow::missing)
        .containsExactly(
            "its mode is 21 (must be 0, 16 or 24, for 8 bits in 1, 3 or 4 channels)",
            "it has 11 bytes for 2 x 2 pixels of 3 channels and mode 16",
            "it has 3 bytes for 2147483647 x 2147483647 pixels of 3 channels and mode 16");
  }

  /** Petastorm's pickled schema is never looked at; its columns are plain Parquet. */
  @Test
  void petastormIsPlainParquet() throws IOException {
    SharedSpark.session()
        .range(4)
        .selectExpr("cast(id % 2 as int) as label")
        .withColumn("image", functions.lit(Lake.png(3)))
        .coalesce(1)
        .write()
        .parquet(folder.resolve("petastorm").toString());
    Files.writeString(folder.resolve("petastorm/_common_metadata"), "\u0080 no Parquet: a pickle");
    OpenedSource source = open(folder.resolve("petastorm").toString(), "image", null);
    assertThat(source.rows()).hasSize(4);
    assertThat(source.labels()).containsExactly("0", "1");
  }

  private static Row ml(int width, int height, int channels, int mode, byte[] data) {
    return RowFactory.create(RowFactory.create("x", height, width, channels, mode, data), 0);
  }

  private static void same(byte[] png, BufferedImage expected) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    int samples = expected.getWidth() * expected.getHeight() * expected.getRaster().getNumBands();
    assertThat(image.getRaster().getPixels(0, 0, image.getWidth(), image.getHeight(), (int[]) null))
        .hasSize(samples)
        .isEqualTo(
            expected
                .getRaster()
                .getPixels(0, 0, expected.getWidth(), expected.getHeight(), (int[]) null));
  }

  private String binaryFiles(String raw) {
    String files = folder.resolve("files").toString();
    SharedSpark.session()
        .read()
        .format("binaryFile")
        .option("recursiveFileLookup", !Files.exists(folder.resolve(raw + "/label=3")))
        .load(folder.resolve(raw).toString())
        .write()
        .parquet(files);
    return files;
  }

  private void image(String path, long seed) throws IOException {
    image(path, Lake.picture(seed, 6, 5, 3));
  }

  private void image(String path, BufferedImage picture) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, Lake.encoded(picture, "png"));
  }

  private static OpenedSource open(String path, String image, String where) throws IOException {
    return OpenedSource.of(SourceConfigs.where(where, image, path));
  }
}
