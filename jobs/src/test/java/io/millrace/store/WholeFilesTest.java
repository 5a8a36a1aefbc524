package io.millrace.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WholeFilesTest {
  private static MiniDFSCluster hdfs;

  @TempDir private Path dir;

  /** How each kind of store names a local folder. */
  private enum Kind {
    LOCAL(300) {
      @Override
      org.apache.hadoop.fs.Path path(Path folder) {
        return new org.apache.hadoop.fs.Path("file://" + folder);
      }
    },
    HDFS(30) {
      @Override
      org.apache.hadoop.fs.Path path(Path folder) {
        return new org.apache.hadoop.fs.Path(hdfs.getURI() + folder.toString());
      }
    },
    OBJECTS(300) {
      @Override
      org.apache.hadoop.fs.Path path(Path folder) {
        return ObjectStore.path(folder);
      }
    };

    /** Enough to be seen between a deletion and a rename; on HDFS each takes a tenth second. */
    final int writes;

    Kind(int writes) {
      this.writes = writes;
    }

    abstract org.apache.hadoop.fs.Path path(Path folder);
  }

  @BeforeAll
  static void startHdfs(@TempDir Path folder) throws IOException {
    Configuration conf = new Configuration();
    conf.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.toString());
    hdfs = new MiniDFSCluster.Builder(conf).numDataNodes(1).build();
  }

  @AfterAll
  static void stopHdfs() {
    hdfs.shutdown();
  }

  private static Stream<Kind> kinds() {
    return Stream.of(Kind.values());
  }

  private org.apache.hadoop.fs.Path at(Kind kind, String name) {
    return new org.apache.hadoop.fs.Path(kind.path(dir), name);
  }

  private static WholeFiles files(org.apache.hadoop.fs.Path path) throws IOException {
    return WholeFiles.at(path, ObjectStore.conf());
  }

  private static Content text(String text) {
    return out -> out.write(text.getBytes(UTF_8));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aReaderFindsTheOldFileOrTheNewOneAndNeverNone(Kind kind) throws Exception {
    var file = at(kind, "metrics.jsonl");
    WholeFiles files = files(file);
    String old = "old ".repeat(5_000);
    String young = "young ".repeat(5_000);
    files.replace(file, text(old));
    AtomicBoolean over = new AtomicBoolean();
    CompletableFuture<Long> reader =
        CompletableFuture.supplyAsync(
            () -> {
              long looks = 0;
              do {
                String seen = read(files, file);
                assertThat(seen.equals(old) || seen.equals(young))
                    .as("length " + seen.length())
                    .isTrue();
                looks++;
              } while (!over.get());
              return looks;
            });
    for (int i = 0; i < kind.writes; i++) {
      String text = i % 2 == 0 ? young : old;
      files.refresh(file, "", text(text));
    }
    over.set(true);
    assertThat(reader.get()).isPositive();
  }

  private static String read(WholeFiles files, org.apache.hadoop.fs.Path file) {
    try (var in = files.open(file)) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aFailedWriteLeavesTheOldFileAndNothingBeside(Kind kind) throws IOException {
    var file = at(kind, "model.zip");
    WholeFiles files = files(file);
    files.replace(file, text("old"));
    assertThatThrownBy(
            () ->
                files.replace(
                    file,
                    out -> {
                      out.write("half".getBytes(UTF_8));
                      out.close(); // as a zip stream does
                      throw new IOException("disk full");
                    }))
        .isInstanceOf(IOException.class);
    assertThat(read(files, file)).isEqualTo("old");
    assertThat(files.list(file.getParent())).containsExactly("model.zip");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void whatIsMissingIsMissingAndNothingElse(Kind kind) throws IOException {
    var file = at(kind, "folder/file");
    WholeFiles files = files(file);
    assertThat(files.size(file)).isEqualTo(-1);
    assertThat(files.list(file.getParent())).isEmpty();
    assertThatThrownBy(() -> files.open(file)).isInstanceOf(FileNotFoundException.class);
    files.delete(file);
  }

  @Test
  void whatCannotBeReadOnADiskIsNotTakenForMissing() throws IOException {
    Path loop = dir.resolve("loop");
    Files.createSymbolicLink(loop, loop);
    var file = at(Kind.LOCAL, "loop/file");
    WholeFiles files = files(file);
    for (var reading :
        new org.assertj.core.api.ThrowableAssert.ThrowingCallable[] {
          () -> files.open(file),
          () -> files.size(file),
          () -> files.list(file),
          () -> files.delete(file)
        }) {
      assertThatThrownBy(reading)
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(FileNotFoundException.class)
          .hasMessageContaining("loop/file: Too many levels of symbolic links");
    }
  }

  @Test
  void aFolderInThePlaceOfAFileIsTheInputsFaultAndTheOtherWayRound() throws IOException {
    Files.createDirectory(dir.resolve("folder"));
    Files.writeString(dir.resolve("file"), "text");
    WholeFiles files = files(at(Kind.LOCAL, "file"));
    assertThatThrownBy(() -> files.open(at(Kind.LOCAL, "folder")))
        .isInstanceOf(WrongInputException.class)
        .hasMessage("%s/folder: a folder is there (must be a file)", dir);
    assertThatThrownBy(() -> files.list(at(Kind.LOCAL, "file")))
        .isInstanceOf(WrongInputException.class)
        .hasMessage("%s/file: a file is there (must be a folder)", dir);
    assertThatThrownBy(() -> files.open(at(Kind.LOCAL, "file/config.yaml")))
        .isInstanceOf(WrongInputException.class)
        .hasMessage("%s/file/config.yaml: a file is in the way, where a folder must be", dir);
  }

  @Test
  void aDiskGetsNoChecksumFilesAndLosesThoseOfTheFilesReplaced() throws IOException {
    Files.writeString(dir.resolve("file"), "old");
    Files.writeString(dir.resolve(".file.crc"), "of an earlier writer");
    var file = at(Kind.LOCAL, "file");
    files(file).replace(file, text("new"));
    assertThat(dir).isDirectoryContaining(path -> path.endsWith("file"));
    assertThat(dir.resolve(".file.crc")).doesNotExist();
    try (var in = file.getFileSystem(new Configuration()).open(file)) {
      assertThat(in.readAllBytes()).asString().isEqualTo("new");
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aFolderIsDeletedWithAllInIt(Kind kind) throws IOException {
    var folder = at(kind, "folder");
    WholeFiles files = files(folder);
    files.replace(new org.apache.hadoop.fs.Path(folder, "a/b"), text("x"));
    files.replace(new org.apache.hadoop.fs.Path(folder, "c"), text("x"));
    files.delete(folder);
    assertThat(files.list(folder)).isEmpty();
    assertThat(files.size(folder)).isEqualTo(-1);
  }

  @Test
  void onlyOneMakesAFileWhereThatCanBeLocked() throws IOException {
    for (Kind kind : Kind.values()) {
      var file = at(kind, kind + "-lease");
      WholeFiles files = files(file);
      assertThat(files.locks()).isEqualTo(kind != Kind.OBJECTS);
      assertThat(files.create(file, new byte[] {'a'})).isTrue();
      if (files.locks()) {
        assertThat(files.create(file, new byte[] {'b'})).isFalse();
        assertThat(read(files, file)).isEqualTo("a");
      }
    }
  }
}
