package io.millrace.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dataset.Split;
import io.millrace.image.ImageHeader;
import io.millrace.prepare.Lake;
import io.millrace.prepare.Lake.Row;
import io.millrace.source.SourceConfig.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Parquet as others write it. The files under {@code lake/} are pyarrow's: {@code groups.parquet}
 * has groups of 10, 0 and 10 rows, {@code no-groups.parquet} none, {@code empty.parquet} one of 0,
 * {@code labels.parquet} 30 labels in each type, {@code brotli.parquet} its pages in that codec,
 * {@code v2.parquet} pages of version 2 in delta encodings, {@code half.parquet} a column of
 * FLOAT16 and {@code variant.parquet}, which is duckdb's, one of VARIANT; in {@code twice.parquet}
 * two names stand twice.
 */
class ParquetSourceTest {
  @TempDir Path lake;

  @Test
  void rowGroupsAndFilesWithoutRowsAreNoError() throws IOException {
    for (String name : List.of("groups", "no-groups", "empty")) {
      OpenedSource.copy(name + ".parquet", lake.resolve("train-" + name + ".parquet"));
    }
    Lake.plain(lake.resolve("train-frame.parquet"), List.of()); // of other columns
    OpenedSource source = OpenedSource.of(config());
    assertThat(source.rows()).hasSize(20);
    assertThat(source.rows()).extracting(SourceRow::row).startsWith(0L, 1L).endsWith(18L, 19L);
    assertThat(source.source().slices()).extracting(Slice::part).containsExactly(0, 2);
  }

  @Test
  void aLakeOfNothingButEmptyFilesHasNoRows() throws IOException {
    OpenedSource.copy("empty.parquet", lake.resolve("a.parquet"));
    assertThat(OpenedSource.of(config()).rows()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "l_int8, 0 1 2",
    "l_uint8, 0 1 2",
    "l_uint16, 0 1 2",
    "l_uint32, 0 1 2",
    "l_uint64, 0 1 2",
    "l_decimal0, 0 1 2",
    "l_decimal1, 0 1 2",
    "l_offset, 1 2 3",
  })
  void integersOfAnyTypeAreNumbersOfClasses(String column, String labels) throws IOException {
    OpenedSource.copy("labels.parquet", lake.resolve("a.parquet"));
    OpenedSource source = OpenedSource.of(withLabel(column));
    assertThat(source.source().integerLabels()).isTrue();
    assertThat(source.labels()).isEqualTo(new TreeSet<>(Arrays.asList(labels.split(" "))));
  }

  @ParameterizedTest
  @CsvSource({
    "l_bool, false true",
    "l_string, cat dog eel",
    "l_numstring, 10 2 9",
    "l_zeropad, 002 009 010",
    "l_dict, cat dog eel",
    "l_binary, cat dog eel",
    "l_large, cat dog eel",
  })
  void namesOfAnyTypeAreNames(String column, String labels) throws IOException {
    OpenedSource.copy("labels.parquet", lake.resolve("a.parquet"));
    OpenedSource source = OpenedSource.of(withLabel(column));
    assertThat(source.source().integerLabels()).isFalse();
    assertThat(source.labels()).isEqualTo(new TreeSet<>(Arrays.asList(labels.split(" "))));
  }

  @ParameterizedTest
  @CsvSource({
    "l_float, float",
    "l_double, double",
    "l_date, date",
    "l_list, list",
    "l_struct, a struct of id",
  })
  void whatIsNoLabelIsRefusedByItsType(String column, String type) throws IOException {
    OpenedSource.copy("labels.parquet", lake.resolve("a.parquet"));
    assertThatThrownBy(() -> OpenedSource.of(withLabel(column)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid source.label: %s (must be an integer, string or bool column; in a.parquet it"
                + " is %s)",
            column, type);
  }

  @Test
  void aCodecThatIsNotThereIsSeenBeforeARowIsRead() throws IOException {
    OpenedSource.copy("brotli.parquet", lake.resolve("a.parquet"));
    assertThatThrownBy(() -> OpenedSource.of(config()))
        .isInstanceOf(BadSourceException.class)
        .hasMessage(
            "Cannot read a.parquet: it is compressed with brotli, and the class"
                + " org.apache.hadoop.io.compress.BrotliCodec is not there (write it with zstd,"
                + " snappy or gzip, or bring the class with --jars)");
  }

  @ParameterizedTest
  @CsvSource({"label, 0 1 2", "name, cat dog eel"})
  void pagesOfVersionTwoInDeltaEncodingsAreRead(String column, String labels) throws IOException {
    OpenedSource.copy("v2.parquet", lake.resolve("a.parquet"));
    OpenedSource source = OpenedSource.of(withLabel(column));
    assertThat(source.labels()).isEqualTo(new TreeSet<>(Arrays.asList(labels.split(" "))));
    assertThat(source.rows())
        .extracting(row -> ImageHeader.read(row.image(), 0, row.image().length).width())
        .containsExactly(5, 5, 5);
  }

  @ParameterizedTest
  @CsvSource({
    "half, score, fixed_len_byte_array, 3",
    "variant, x, 'a struct of metadata, value, typed_value', 12"
  })
  void aColumnOfATypeThatTheLibraryDoesNotKnowIsNoLabelAndHarmsNoOther(
      String name, String column, String type, int rows) throws IOException {
    OpenedSource.copy(name + ".parquet", lake.resolve("a.parquet"));
    OpenedSource source = OpenedSource.of(config());
    assertThat(source.labels()).containsExactly("0", "1", "2");
    assertThat(source.rows()).hasSize(rows);
    assertThatThrownBy(() -> OpenedSource.of(withLabel(column)))
        .hasMessageEndingWith("; in a.parquet it is %s)", type);
  }

  @ParameterizedTest
  @ValueSource(strings = {"encrypted-footer", "encrypted-column"})
  void whatIsEncryptedIsRefusedByName(String name) throws IOException {
    OpenedSource.copy(name + ".parquet", lake.resolve("a.parquet"));
    assertThatThrownBy(() -> OpenedSource.of(config()))
        .isInstanceOf(BadSourceException.class)
        .hasMessage(
            "Cannot read file:%s/a.parquet: it or one of its columns is encrypted (write it without"
                + " encryption)",
            lake);
  }

  @Test
  void aNameOfTwoColumnsIsRefused() throws IOException {
    OpenedSource.copy("twice.parquet", lake.resolve("a.parquet"));
    assertThatThrownBy(() -> OpenedSource.of(config()))
        .isInstanceOf(BadSourceException.class)
        .hasMessage(
            "Invalid source.label: label (must be the name of one column; a.parquet has 2 of that"
                + " name)");
  }

  @Test
  void bytesThatAFooterClaimsBeyondItsFileAreRefusedBeforeTheyAreAllocated() throws IOException {
    Path file = lake.resolve("a.parquet");
    Lake.huggingFace(file, Lake.rows(0, 9));
    long bytes = Files.size(file);
    ParquetBytes.of(file).claim(1L << 40).write(file);
    assertThatThrownBy(() -> OpenedSource.of(config()))
        .isInstanceOf(BadSourceException.class)
        .hasMessageMatching(
            "Cannot read file:%s: column label has 1099511627776 bytes from byte \\d+ on by its footer, and the file \\d+ bytes \\(it is cut or damaged\\)"
                .formatted(file));
    assertThat(Files.size(file)).isLessThan(2 * bytes);
  }

  @Test
  void aPageThatNeedsMoreMemoryThanThereIsIsTheFilesFault() throws IOException {
    Path file = lake.resolve("a.parquet");
    Lake.huggingFace(file, Lake.rows(0, 9));
    ParquetBytes.of(file).inflate(Integer.MAX_VALUE).write(file);
    OpenedSource source = OpenedSource.of(config());
    assertThatThrownBy(source::rows)
        .isInstanceOf(BadSourceException.class)
        .hasMessageMatching(
            "Cannot read row group 0 of file:%s: it needs more memory than there is here \\([0-9,]+ bytes in the file; write smaller row groups, or raise spark.executor.memory\\)"
                .formatted(file));
  }

  @ParameterizedTest
  @CsvSource({"AUTO", "PARQUET"})
  void filesWithoutAnExtensionAreKnownByTheirBytes(Format format) throws IOException {
    for (String label : List.of("cat", "dog")) {
      Path folder = Files.createDirectories(lake.resolve("kind=" + label));
      Lake.huggingFace(folder.resolve("000000_0"), Lake.rows(label.hashCode(), 3));
      Lake.huggingFace(folder.resolve("part-00000.c000"), Lake.rows(label.hashCode(), 2));
      Lake.huggingFace(folder.resolve("df.parquet.gzip"), Lake.rows(label.hashCode(), 1));
      Lake.huggingFace(folder.resolve("x.parquet-0-of-1"), Lake.rows(label.hashCode(), 1));
      Files.writeString(folder.resolve("x.parquet.md5"), "no Parquet");
    }
    Files.writeString(lake.resolve("LICENSE"), "no image");
    Files.writeString(lake.resolve("Z"), "");
    OpenedSource source = OpenedSource.of(with(format, "kind", null, List.of()));
    assertThat(source.labels()).containsExactly("cat", "dog");
    assertThat(source.rows()).hasSize(14);
    assertThat(source.source().leftOut())
        .containsExactly(
            "4 files beside the Parquet, read only where rows name them: 2 without an extension, 2 md5");
  }

  @ParameterizedTest
  @CsvSource({"4, 24, false", "30, 60, false", "200, 400, false", "30, 60, true"})
  void bytesThatCannotBeDecodedAreTheFilesFault(int from, int to, boolean summed)
      throws IOException {
    Path file = lake.resolve("a.parquet");
    Lake.huggingFace(file, Lake.rows(0, 9));
    byte[] bytes = Files.readAllBytes(file);
    Arrays.fill(bytes, from, to, (byte) 0xa5);
    Files.write(file, bytes);
    if (!summed) {
      Files.delete(lake.resolve(".a.parquet.crc"));
    }
    OpenedSource source = OpenedSource.of(config());
    assertThatThrownBy(source::rows)
        .isInstanceOf(BadSourceException.class)
        .hasMessageStartingWith("Cannot read row group 0 of file:" + file + ": ");
  }

  @Test
  void imagesAreReadByTheirPathsWhereTheBytesAreNull() throws IOException {
    Path shards = Files.createDirectories(lake.resolve("shards"));
    Files.write(shards.resolve("pic 1.png"), Lake.png(1));
    Files.createDirectories(lake.resolve("files"));
    Files.write(lake.resolve("files/pic 2.png"), Lake.png(2));
    Path absolute = Files.write(lake.resolve("3.png"), Lake.png(3));
    Lake.paths(
        shards.resolve("a.parquet"),
        List.of("pic 1.png", "files/pic 2.png", absolute.toString(), "gone.png", "", "files"));
    List<SourceRow> rows = OpenedSource.of(config()).rows();
    for (int i = 0; i < 3; i++) {
      assertThat(rows.get(i).image()).isEqualTo(Lake.png(i + 1));
    }
    assertThat(rows.subList(3, 6))
        .extracting(SourceRow::missing)
        .containsExactly(
            "it has a path and no bytes, and no file is at gone.png",
            "it has no image",
            "it has the path files and no bytes: it is no file, or has more than 1,073,741,824"
                + " bytes");
  }

  @Test
  void aFolderOfASplitMayLieBelowThatOfAConfiguration() throws IOException {
    for (String split : List.of("train", "validation", "test")) {
      Path folder = Files.createDirectories(lake.resolve("default").resolve(split));
      Lake.huggingFace(folder.resolve("0000.parquet"), Lake.rows(split.length(), 3));
    }
    assertThat(OpenedSource.of(config()).splits()).containsExactly("test", "train", "validation");
    OpenedSource chosen =
        OpenedSource.of(with(Format.AUTO, "label", null, List.of(Split.TRAIN, Split.VALIDATION)));
    assertThat(chosen.splits()).containsExactly("train", "validation");
    assertThat(chosen.source().leftOut())
        .containsExactly("1 file of test, which source.splits does not name");
  }

  @Test
  void aRowWithoutASplitIsOfNoneWhereAColumnTellsThem() throws IOException {
    Lake.plain(
        lake.resolve("train.parquet"),
        List.of(
            new Row(Lake.png(1), "dog", "train"),
            new Row(Lake.png(2), "cat", null),
            new Row(Lake.png(3), "cat", "holdout"),
            new Row(Lake.png(4), "cat", "test")));
    assertThat(OpenedSource.of(plain(List.of())).rows())
        .extracting(SourceRow::split)
        .containsExactly("train", SourceRow.NO_SPLIT, "holdout", "test");
    assertThat(OpenedSource.of(plain(List.of(Split.TEST))).rows())
        .extracting(SourceRow::row)
        .containsExactly(1L, 2L, 3L);
  }

  @Test
  void aNameMayHoldAColon() throws IOException {
    OpenedSource.copy("groups.parquet", lake.resolve("part-2026-11-27T04:58:00.parquet"));
    assertThat(OpenedSource.of(config()).rows()).hasSize(20);
  }

  @ParameterizedTest
  @CsvSource({
    "image, , label: image (must be another column of a.parquet than source.image)",
    "label, image, split: image (must be another column of a.parquet than source.image)",
    "label, label, split: label (must be another column of a.parquet than source.label)"
  })
  void aColumnHasOneRole(String label, String split, String message) {
    MessageType schema =
        MessageTypeParser.parseMessageType(
            "message m {required binary image; required binary label (STRING);}");
    SourceConfig config = with(Format.AUTO, label, split, List.of());
    assertThatThrownBy(() -> ParquetColumns.of(schema, config, "a.parquet"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid source." + message);
  }

  @Test
  void aFolderTellsALabelBeforeAColumnDoesAsInSpark() throws IOException {
    Path folder = Files.createDirectory(lake.resolve("label=9"));
    OpenedSource.copy("groups.parquet", folder.resolve("a.parquet"));
    assertThat(OpenedSource.of(config()).rows())
        .hasSize(20)
        .extracting(SourceRow::label)
        .containsOnly("9");
  }

  /** Names that a footer has for numbers of classes say nothing of folders. */
  @Test
  void namesOfFoldersGoBeforeThoseOfAFooter() throws IOException {
    Path sample = Path.of(System.getProperty("basedir", "."), "../conf/sample");
    for (String folder : List.of("label=7", "label=__HIVE_DEFAULT_PARTITION__")) {
      Files.copy(
          sample.resolve("test-00000-of-00001.parquet"),
          Files.createDirectory(lake.resolve(folder)).resolve("a.parquet"));
    }
    assertThat(OpenedSource.of(config()).source().classNames()).hasSize(10);
    Files.copy(
        lake.resolve("label=7/a.parquet"),
        Files.createDirectory(lake.resolve("label=cat")).resolve("a.parquet"));
    OpenedSource opened = OpenedSource.of(config());
    assertThat(opened.source().classNames()).isEmpty();
    assertThat(opened.source().integerLabels()).isFalse();
    assertThat(opened.rows().stream().map(row -> String.valueOf(row.label())).distinct())
        .containsExactlyInAnyOrder("7", "cat", "null");
  }

  private SourceConfig config() {
    return withLabel("label");
  }

  private SourceConfig withLabel(String label) {
    return with(Format.AUTO, label, null, List.of());
  }

  private SourceConfig with(Format format, String label, String split, List<Split> splits) {
    return new SourceConfig(
        lake.toString(), format, "image", label, split, true, splits, List.of(), null);
  }

  private SourceConfig plain(List<Split> splits) {
    return new SourceConfig(
        lake.toString(), Format.AUTO, "picture", "kind", "part", true, splits, List.of(), null);
  }
}
