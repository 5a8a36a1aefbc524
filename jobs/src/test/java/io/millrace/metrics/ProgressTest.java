package io.millrace.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.epoch.FeedReport;
import io.millrace.state.Tally;
import io.millrace.training.RoundReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private long seconds;

  private Progress progress(boolean terminal) {
    return new Progress(
        new Terminal(new PrintStream(bytes, true, UTF_8), terminal, Terminal.USUAL_COLUMNS),
        () -> seconds * 1_000_000_000L,
        2,
        1000);
  }

  private static RoundReport round(long firstUpdate) {
    FeedReport feed = FeedReport.of(250);
    feed.measures().add(RoundReport.LOSS, 500, 250);
    return new RoundReport(0, firstUpdate, 1, 0.1 * firstUpdate, 0.1 * firstUpdate, feed);
  }

  @Test
  void aPlainLineEveryTenSecondsAtMost() {
    Progress progress = progress(false);
    progress.epochStarted(1, Tally.NOTHING);
    for (int i = 0; i < 4; i++) {
      seconds += 5;
      progress.roundEnded(round(i));
    }
    assertThat(bytes.toString(UTF_8))
        .isEqualTo(
            "epoch 1/2  50 %  50.0 images/s  loss 2.00  rate 0.1\n"
                + "epoch 1/2  100 %  50.0 images/s  loss 2.00  20 s left  rate 0.3\n");
  }

  @Test
  void startUpIsNoPace() {
    Progress progress = progress(false);
    progress.epochStarted(1, Tally.NOTHING);
    seconds += 100;
    progress.roundEnded(round(0));
    seconds += 10;
    progress.roundEnded(round(1));
    progress.epochStarted(2, Tally.NOTHING);
    for (int i = 2; i < 5; i++) {
      seconds += 10;
      progress.roundEnded(round(i));
    }
    assertThat(bytes.toString(UTF_8))
        .isEqualTo(
            "epoch 1/2  25 %  – images/s  loss 2.00  rate 0\n"
                + "epoch 1/2  50 %  25.0 images/s  loss 2.00  rate 0.1\n"
                + "epoch 2/2  25 %  25.0 images/s  loss 2.00  rate 0.2\n"
                + "epoch 2/2  50 %  25.0 images/s  loss 2.00  20 s left  rate 0.3\n"
                + "epoch 2/2  75 %  25.0 images/s  loss 2.00  10 s left  rate 0.4\n");
  }

  @Test
  void aBarThatIsDrawnOverOnATerminal() {
    Progress progress = progress(true);
    progress.epochStarted(2, Tally.NOTHING);
    seconds += 5;
    progress.roundEnded(round(8));
    assertThat(bytes.toString(UTF_8))
        .isEqualTo(
            "\repoch 2/2 [######------------------] 25 %  – images/s  loss 2.00  rate 0.8\033[K");
  }

  @Test
  void aLineThatIsDrawnOverNeverWraps() {
    Progress progress =
        new Progress(
            new Terminal(new PrintStream(bytes, true, UTF_8), true, Terminal.USUAL_COLUMNS),
            () -> seconds * 1_000_000_000L,
            120,
            1_000_000);
    progress.epochStarted(100, Tally.NOTHING);
    for (int i = 0; i < 6; i++) {
      seconds += 50;
      progress.roundEnded(round(i));
    }
    String[] lines = bytes.toString(UTF_8).replace("\033[K", "").split("\r");
    assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThan(80));
    assertThat(lines[6]).contains("[--", "images/s", "loss 2.00", " left");
  }

  @Test
  void aLineOfWorkTellsHowMuchIsLeft() {
    WorkProgress work =
        new WorkProgress(
            new Terminal(new PrintStream(bytes, true, UTF_8), false, Terminal.USUAL_COLUMNS),
            () -> seconds * 1_000_000_000L);
    for (int i = 0; i <= 4; i++) {
      seconds += 10;
      work.reached("check", 250L * i, 1000);
    }
    work.close();
    assertThat(bytes.toString(UTF_8))
        .isEqualTo(
            """
            check  0 %  0 of 1,000 images
            check  25 %  250 of 1,000 images
            check  50 %  500 of 1,000 images  25.0 images/s  20 s left
            check  75 %  750 of 1,000 images  25.0 images/s  10 s left
            check  100 %  1,000 of 1,000 images  25.0 images/s
            """);
  }

  @Test
  void aFileIsNoTerminal(@TempDir Path folder) throws IOException {
    Path log = Files.createFile(folder.resolve("log"));
    Path link = Files.createSymbolicLink(folder.resolve("2"), log);
    assertThat(Terminal.isTerminal(link)).isFalse();
    Files.delete(link);
    assertThat(Terminal.isTerminal(Files.createSymbolicLink(link, Path.of("/dev/pts/0")))).isTrue();
  }

  @Test
  void anEpochEndsWithItsNumbers() {
    progress(false)
        .epochEnded(new EndedEpoch(SampleMetrics.of(2).get(1), null, null, Optional.empty()));
    assertThat(bytes.toString(UTF_8))
        .startsWith("epoch 2/2  loss 0.2775, validation loss 0.")
        .contains("top-1 91.03 %")
        .endsWith("  2026-01-31T02:30:00Z\n")
        .hasLineCount(1);
  }

  @Test
  void aManifestNamesTheVersions() {
    String json =
        RunManifest.now(
                "train --config a.yaml --set output=s3a://me:pass@lake/out",
                7,
                "28 x 28",
                java.util.List.of("s3a://me:pass@lake/model.zip"),
                java.util.Map.of(),
                java.util.Map.of("data", "d"))
            .computedBy(
                new io.millrace.backend.Compute(
                    "-onednn-avx2", "avx2", "1", "haswell", "32+1024+0"))
            .toJson();
    assertThat(json)
        .contains("\"spark\" : \"3.5.7\"", "\"dl4j\" : \"1.0.0-M2.1\"", "\"nd4j\" : \"1.0.0-M2.1\"")
        .contains("\"command\" : \"train --config a.yaml --set output=s3a://…@lake/out\"")
        .contains("\"millrace\" : \"0.1.0\"")
        .containsPattern("\"git_revision\" : \"([0-9a-f]{40}|unknown)\"")
        .contains(
            "\"seed\" : 7",
            "\"isa\" : \"avx2\"",
            "\"blas_kernels\" : \"haswell\"",
            "\"started_at\" : \"2");
  }
}
