package io.millrace.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.config.ConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceFilesTest {
  @TempDir Path folder;

  @Test
  void aLinkToWhatIsReadIsNotReadAgain() throws IOException {
    touch("cat/1.png", "cat/deep/2.png", "dog/3.png", "dog/4.png");
    link("cat/again", ".");
    link("cat/deep/up", "../..");
    link("above", "..");
    link("bird", "dog");
    link("dog/copy.png", "3.png");
    SourceFiles found = list(folder);
    assertThat(paths(found))
        .containsExactly("cat/1.png", "cat/deep/2.png", "dog/3.png", "dog/4.png");
    assertThat(found.links())
        .containsExactlyInAnyOrder(
            "above, a link to a folder that is read already",
            "bird, a link to a folder that is read already",
            "cat/again, a link to a folder that is read already",
            "cat/deep/up, a link to a folder that is read already",
            "dog/copy.png, a link to a file beside it");
  }

  @Test
  void linksToElsewhereAreFollowedOnceAndThoseToNothingAreSaid() throws IOException {
    touch("lake/cat/1.png", "elsewhere/bird/2.png", "pool/3.png");
    link("lake/bird", "../elsewhere/bird");
    link("lake/bird2", "../elsewhere/bird");
    link("lake/cat/3.png", "../../pool/3.png");
    link("lake/cat/gone.png", "nowhere.png");
    SourceFiles found = list(folder.resolve("lake"));
    assertThat(paths(found)).containsExactly("bird/2.png", "cat/1.png", "cat/3.png");
    assertThat(found.links())
        .containsExactly(
            "bird2, a link to a folder that is read already",
            "cat/gone.png, a link to nothing (nowhere.png)");
  }

  /** As in the cache of a hub, which keeps files by their hashes and names them by links. */
  @Test
  void aLinkToAFileOfAnotherFolderOfTheSourceIsRefused() throws IOException {
    touch("cache/blobs/1f2e", "cache/.hidden/x");
    link("cache/snapshots/1/train.parquet", "../../blobs/1f2e");
    link("cache/snapshots/1/other.parquet", "../../.hidden/x");
    assertThatThrownBy(() -> list(folder.resolve("cache")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot read %1$s/cache: snapshots/1/train.parquet is a link to %1$s/cache/blobs/1f2e,"
                + " which lies in it too and would count twice (source.path must hold the links or"
                + " the files, not both)",
            folder);
    assertThat(paths(list(folder.resolve("cache/snapshots"))))
        .containsExactly("1/other.parquet", "1/train.parquet");
  }

  @Test
  void aSourceThatIsALinkIsRead() throws IOException {
    touch("lake/cat/1.png");
    link("current", "lake");
    assertThat(paths(list(folder.resolve("current")))).containsExactly("cat/1.png");
  }

  @Test
  void namesThatAreLeftOutForAnUnderscoreAreKept() throws IOException {
    touch("a.parquet", "_SUCCESS", "_other/a.png", "cat/_draft.png", "cat/.DS_Store", ".git/c");
    SourceFiles found = list(folder);
    assertThat(paths(found)).containsExactly("a.parquet");
    assertThat(found.underscored()).containsExactly("_SUCCESS", "_other", "cat/_draft.png");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "_delta_log/00000000000000000000.json | Delta Lake | delta",
        "tables/digits/_delta_log/00000000000000000000.json | Delta Lake | delta",
        ".hoodie/hoodie.properties | Hudi | hudi",
        "2024/.hoodie_partition_metadata | Hudi | hudi",
        "metadata/v1.metadata.json | Iceberg | iceberg",
        "db/t/metadata/00000-1f2e.gz.metadata.json | Iceberg | iceberg",
      })
  void tablesWithALogAreRefused(String mark, String title, String reader) throws IOException {
    touch("data/part-0.parquet", mark);
    Configuration flat = new Configuration();
    flat.set("fs.file.impl", RawLocalFileSystem.class.getName());
    flat.set("fs.file.impl.disable.cache", "true");
    for (Configuration conf : List.of(new Configuration(), flat)) {
      assertThatThrownBy(() -> SourceFiles.list(folder.toString(), conf))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageMatching(
              "Cannot read "
                  + folder
                  + ": it is a "
                  + title
                  + " table \\(\\S+\\), and its files hold rows that were deleted \\("
                  + (reader.equals("hudi")
                      ? "write the live ones first: spark.read.format\\(\"hudi\"\\).load\\(TABLE\\).write.parquet\\(FOLDER\\), then read FOLDER\\)"
                      : "name the table's folder and set source.format: %s\\)".formatted(reader)));
    }
  }

  @Test
  void aFolderOrFileOfATableIsRefusedToo() throws IOException {
    touch(
        "t/metadata/v1.metadata.json",
        "t/data/a.parquet",
        "d/_delta_log/0.json",
        "d/p=1/b.parquet");
    assertThatThrownBy(() -> list(folder.resolve("t/data"))).hasMessageContaining("Iceberg");
    assertThatThrownBy(() -> list(folder.resolve("d/p=1"))).hasMessageContaining("Delta Lake");
    assertThatThrownBy(() -> list(folder.resolve("d/p=1/b.parquet")))
        .hasMessageContaining("Delta Lake");
    touch("e/metadata/readme.json", "e/a.parquet");
    assertThat(paths(list(folder.resolve("e"))))
        .containsExactly("a.parquet", "metadata/readme.json");
  }

  @Test
  void aPatternGivesAllThatItMatches() throws IOException {
    touch("lake/a/1.parquet", "lake/a/2.csv", "lake/b/3.parquet", "lake/c/deep/4.parquet");
    SourceFiles found = list(folder.resolve("lake/*/*.parquet"));
    assertThat(paths(found)).containsExactly("a/1.parquet", "b/3.parquet");
    assertThat(found.root().toUri().getPath()).isEqualTo(folder.resolve("lake").toString());
    assertThat(paths(list(folder.resolve("lake/{b,c}"))))
        .containsExactly("b/3.parquet", "c/deep/4.parquet");
  }

  @Test
  void severalPathsAreOneSourceBelowTheFolderThatHoldsThem() throws IOException {
    touch("lake/a/1.parquet", "lake/b/c/2.parquet", "lake/d=1/e=2/3.parquet", "lake/d=1/e=3/4");
    SourceFiles found = list("lake/a", "lake/b/*/*.parquet", "lake/a/1.parquet", "lake/d=1/e=2");
    assertThat(paths(found)).containsExactly("a/1.parquet", "b/c/2.parquet", "d=1/e=2/3.parquet");
    assertThat(found.links()).containsExactly("1 file that two of source.path name, read once");
    assertThat(list("lake/d=1/e=2", "lake/d=1/e=3").root().getName()).isEqualTo("lake");
    assertThatThrownBy(() -> list("lake/a", "lake/nowhere"))
        .hasMessageStartingWith("Invalid source.path: %s/lake/nowhere (must be a file", folder);
  }

  @Test
  void pathsOfSeveralFileSystemsAreRefused() throws IOException {
    touch("a.parquet");
    SourceConfig config =
        ConfigReader.read(
                "test", "", List.of("source.path=[%1$s, 'counted:%1$s']".formatted(folder)))
            .source();
    assertThatThrownBy(() -> SourceFiles.list(config, CountingFiles.conf()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid source.path: counted:%s (must be of one file system, file:///, as the first"
                + " path is)",
            folder);
  }

  @Test
  void aPathThatExistsIsNoPattern() throws IOException {
    touch("[x]/1.png", "x/2.png", "{y}/3.png", "a:b #2/4.png", "%20/5.png");
    assertThat(paths(list(folder.resolve("[x]")))).containsExactly("1.png");
    assertThat(paths(list(folder.resolve("{y}")))).containsExactly("3.png");
    assertThat(paths(list(folder.resolve("%20")))).containsExactly("5.png");
    assertThat(paths(list(folder))).contains("a:b #2/4.png", "[x]/1.png", "x/2.png", "{y}/3.png");
  }

  @ParameterizedTest
  @CsvSource({"nowhere", "no*", "[x", "{a"})
  void aPathThatMatchesNothingIsRefused(String path) {
    assertThatThrownBy(() -> list(folder.resolve(path)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid source.path: %s/%s (must be a file or folder that exists, or a pattern that"
                + " matches one)",
            folder, path);
  }

  private SourceFiles list(Path path) throws IOException {
    return SourceFiles.list(path.toString(), new Configuration());
  }

  private SourceFiles list(String... paths) throws IOException {
    String all = String.join(", ", Arrays.stream(paths).map(each -> folder + "/" + each).toList());
    SourceConfig config =
        ConfigReader.read("test", "source: {path: [%s]}".formatted(all), List.of()).source();
    return SourceFiles.list(config, new Configuration());
  }

  private static List<String> paths(SourceFiles files) {
    return files.files().stream().map(SourceFiles.Entry::path).toList();
  }

  private void touch(String... paths) throws IOException {
    for (String path : paths) {
      Path file = folder.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, path);
    }
  }

  private void link(String path, String target) throws IOException {
    Path link = folder.resolve(path);
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, Path.of(target));
  }
}
