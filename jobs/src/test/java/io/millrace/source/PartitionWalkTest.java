package io.millrace.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which folders of partitions are listed. */
class PartitionWalkTest {
  @TempDir Path lake;

  @ParameterizedTest
  @ValueSource(strings = {"counted:", ""})
  void whatIsNotReadIsNotListed(String scheme) throws IOException {
    days();
    CountingFiles.LISTED.clear();
    SourceFiles found =
        list("day >= '2026-11-03' and source = 'web'", CountingFiles.conf(), scheme + lake);
    assertThat(paths(found))
        .containsExactly(
            "day=2026-11-03/source=web/a.parquet", "day=2026-11-04/source=web/a.parquet");
    assertThat(found.links())
        .containsExactly("4 folders of partitions that source.where leaves out, not listed");
    if (!scheme.isEmpty()) {
      assertThat(below(CountingFiles.LISTED))
          .containsExactly(
              "",
              "/day=2026-11-03",
              "/day=2026-11-03/source=web",
              "/day=2026-11-04",
              "/day=2026-11-04/source=web");
    }
  }

  @Test
  void aConditionOnTheFirstPartitionAloneSparesTheOthersToo() throws IOException {
    days();
    CountingFiles.LISTED.clear();
    SourceFiles found =
        list("month(day) = 11 and day = '2026-11-02'", CountingFiles.conf(), "counted:" + lake);
    assertThat(found.files()).hasSize(2);
    assertThat(below(CountingFiles.LISTED))
        .containsExactly(
            "", "/day=2026-11-02", "/day=2026-11-02/source=cam", "/day=2026-11-02/source=web");
  }

  /**
   * Values are typed as Spark types them: 7 is 07, and what is no number makes all of them text.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hour = 7 | hour=07/a",
        "hour > 6.5 and hour < 10 | hour=07/a",
        "hour between '7' and '8' | hour=07/a",
        "hour is null | hour=__HIVE_DEFAULT_PARTITION__/a",
        "hour % 2 = 0 or hour is null | hour=10/a hour=__HIVE_DEFAULT_PARTITION__/a",
        "HOUR in (7, 10) | hour=07/a hour=10/a",
        "not (hour = 7) | hour=10/a",
      })
  void valuesAreComparedAsSparkDoes(String where, String expected) throws IOException {
    touch("hour=07/a", "hour=10/a", "hour=__HIVE_DEFAULT_PARTITION__/a");
    assertThat(String.join(" ", paths(list(where, new Configuration(), lake.toString()))))
        .isEqualTo(expected);
  }

  @Test
  void namesThatAWriterEscapedAreMeant() throws IOException {
    touch("kind=caf%C3%A9/a", "kind=a%3Ab/a", "kind=x/a");
    assertThat(paths(list("kind in ('café', 'a:b')", new Configuration(), lake.toString())))
        .containsExactly("kind=a%3Ab/a", "kind=caf%C3%A9/a");
  }

  @Test
  void aFileBesideThePartitionsIsRefused() throws IOException {
    touch("day=1/cat/a.png", "cat/b.png");
    SourceConfig config = config("day = 1", lake.toString());
    assertThatThrownBy(
            () ->
                Sources.open(
                    SourceFiles.list(config, new Configuration()),
                    config,
                    ManyFiles.here(new Configuration())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot read cat/b.png: it lies in no folder of the partition column day, which"
                + " source.where names");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "day=1/hour=/a|folder day=1/hour= has no value (must have one: a lake writes null as __HIVE_DEFAULT_PARTITION__)",
        "day=3/minute=2/a|its folders have different partition columns: day=1/hour=1; day=3/minute=2"
      })
  void theFolderThatSparkDoesNotTakeIsTheOneThatIsNamed(String odd, String message)
      throws IOException {
    touch("day=1/hour=1/a", "day=1/hour=2/a", "day=2/hour=1/a", odd);
    assertThatThrownBy(() -> list("hour > 0", new Configuration(), lake.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot read the source: " + message);
  }

  @Test
  void foldersOfImagesHaveNoOtherColumns() throws IOException {
    touch("day=1/cat/a.png", "day=2/cat/b.png");
    SourceConfig config = config("day = 1 and size > 3", lake.toString());
    assertThatThrownBy(
            () ->
                Sources.open(
                    SourceFiles.list(config, new Configuration()),
                    config,
                    ManyFiles.here(new Configuration())))
        .hasMessage(
            "Invalid source.where: (size > 3) (must be a condition of Spark SQL: folders of images"
                + " have no columns but those of partitions)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "day >>> 3 | Syntax error at or near '>'",
        "day = 1 and true | true names no column",
        "rand() < day | rand() gives another value each time; a night's date is ${date}",
        "date_add(current_date(), day) > '2026-01-01' | current_date() gives another value each time; a night's date is"
            + " ${date}",
        "nosuch(day) = 1 | nosuch",
        "day + 1 | is not a boolean",
      })
  void whatIsNoConditionIsRefusedInOneLine(String where, String reason) throws IOException {
    touch("day=1/a.parquet", "day=2/a.parquet");
    assertThatThrownBy(() -> list(where, new Configuration(), lake.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("Invalid (source\\.)?where: [^\\n]+")
        .hasMessageContaining("(must be a condition of Spark SQL: ")
        .hasMessageContaining(reason);
  }

  private void days() throws IOException {
    for (int day = 1; day <= 4; day++) {
      touch(
          "day=2026-11-0%d/source=web/a.parquet".formatted(day),
          "day=2026-11-0%d/source=cam/b.parquet".formatted(day));
    }
  }

  private TreeSet<String> below(Iterable<String> listed) {
    TreeSet<String> below = new TreeSet<>();
    listed.forEach(each -> below.add(each.substring(lake.toString().length())));
    return below;
  }

  private static SourceFiles list(String where, Configuration conf, String... paths)
      throws IOException {
    return SourceFiles.list(config(where, paths), conf);
  }

  private static SourceConfig config(String where, String... paths) {
    return SourceConfigs.where(where, "image", paths);
  }

  private static List<String> paths(SourceFiles files) {
    return files.files().stream().map(SourceFiles.Entry::path).toList();
  }

  private void touch(String... paths) throws IOException {
    for (String path : paths) {
      Path file = lake.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, path);
    }
  }
}
