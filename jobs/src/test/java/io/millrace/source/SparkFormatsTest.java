package io.millrace.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.SharedSpark;
import io.millrace.prepare.Lake;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
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
    String ml = folder.resolve("ml").toString();
    SharedSpark.session().createDataFrame(rows, schema).coalesce(1).write().parquet(ml);
    List<SourceRow> read = open(ml, "image", null).rows();
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
