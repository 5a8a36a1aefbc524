package io.millrace.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
  private final Configuration hadoop = new Configuration();

  @Test
  void aFileIsReplacedWhole(@TempDir Path dir) throws IOException {
    RunFolder folder = RunFolder.open(hadoop, dir.toString(), "run");
    folder.write("a/b.txt", "first, and longer");
    folder.write("a/b.txt", "second");

    assertThat(folder.text("a/b.txt")).contains("second");
    assertThat(dir.resolve("run/a/b.txt")).hasContent("second");
    assertThat(folder.size("a/b.txt")).isEqualTo(6);
    assertThat(folder.list("a")).containsExactly("b.txt");
  }

  @Test
  void aFailedWriteLeavesTheOldFileAndNothingBeside(@TempDir Path dir) throws IOException {
    RunFolder folder = RunFolder.open(hadoop, dir.toString(), "run");
    folder.write("metrics.jsonl", "old");
    assertThatThrownBy(
            () ->
                folder.write(
                    "metrics.jsonl",
                    out -> {
                      out.write("half".getBytes(UTF_8));
                      throw new IOException("disk full");
                    }))
        .hasMessage("Cannot write %s: disk full", folder.path("metrics.jsonl"));

    assertThat(folder.text("metrics.jsonl")).contains("old");
    assertThat(folder.list("")).containsExactly("metrics.jsonl");
  }

  @Test
  void aFileIsHeldAgainstWhatWouldBeWritten(@TempDir Path dir) throws IOException {
    RunFolder folder = RunFolder.open(hadoop, dir.toString(), "run");
    Content content = out -> out.write("weights".getBytes(UTF_8));
    assertThat(folder.holds("model.zip", content)).isFalse();
    folder.write("model.zip", "weights");
    assertThat(folder.holds("model.zip", content)).isTrue();
    for (String other : List.of("weight", "weights.", "wEights", "")) {
      folder.write("model.zip", other);
      assertThat(folder.holds("model.zip", content)).as(other).isFalse();
    }
    folder.delete("model.zip");
    Files.createDirectory(dir.resolve("run/model.zip"));
    assertThatThrownBy(() -> folder.holds("model.zip", content))
        .as("cannot be read, which is not to be another")
        .isInstanceOf(IOException.class);
  }

  @Test
  void aLinkThatLeadsNowhereIsNotMissing(@TempDir Path dir) throws IOException {
    RunFolder folder = RunFolder.open(hadoop, dir.toString(), "run");
    Path away = dir.resolve("away");
    Path file = Files.createSymbolicLink(dir.resolve("run/champion.json"), away);
    assertThatThrownBy(() -> folder.text("champion.json"))
        .isNotInstanceOf(FileNotFoundException.class)
        .hasMessage("%s: a link to %s, which is not there", file, away);
    assertThatThrownBy(() -> folder.size("champion.json")).hasMessageContaining("a link to");
    Path nights = Files.createSymbolicLink(dir.resolve("run/nights"), away);
    assertThatThrownBy(() -> folder.list("nights")).hasMessageContaining("a link to");
    assertThatThrownBy(() -> folder.text("nights/2026-11-21/night.json"))
        .hasMessage("%s: a link to %s, which is not there", nights, away);
    Files.createDirectory(away);
    assertThat(folder.text("nights/2026-11-21/night.json")).isEmpty();
  }

  @Test
  void aFolderInTheWayOfAFileIsNamed(@TempDir Path dir) throws IOException {
    RunFolder folder = RunFolder.open(hadoop, dir.toString(), "run");
    Path inTheWay = Files.createDirectory(dir.resolve("run/champion.json"));
    assertThatThrownBy(() -> folder.text("champion.json"))
        .hasMessage("%s: a folder is there (must be a file)", inTheWay);
    folder.write("checkpoints", "a file");
    assertThatThrownBy(() -> folder.list("checkpoints"))
        .hasMessage("%s: a file is there (must be a folder)", dir.resolve("run/checkpoints"));
    Path away = Files.createSymbolicLink(dir.resolve("away"), dir.resolve("disk"));
    assertThatThrownBy(() -> RunFolder.open(hadoop, away.toString(), "run"))
        .hasMessage(
            "Cannot write to output folder %s/run: %s: a link to %s, which is not there",
            away, away, dir.resolve("disk"));
  }

  @Test
  void whatIsMissingIsEmpty(@TempDir Path dir) throws IOException {
    RunFolder folder = RunFolder.open(hadoop, dir.toString(), "run");
    assertThat(folder.text("metrics.jsonl")).isEmpty();
    assertThat(folder.size("metrics.jsonl")).isEqualTo(-1);
    assertThat(folder.list("checkpoints")).isEmpty();
    folder.delete("checkpoints");
  }

  @Test
  void aFolderThatCannotBeWrittenIsRefusedInOneLine(@TempDir Path dir) throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "in the way");
    assertThatThrownBy(() -> RunFolder.open(hadoop, file.toString(), "run"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("Cannot write to output folder " + file + "/run: ")
        .message()
        .hasLineCount(1);
  }
}
