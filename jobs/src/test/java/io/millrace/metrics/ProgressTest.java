package io.millrace.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.epoch.FeedReport;
import io.millrace.training.RoundReport;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private long seconds;

  private Progress progress(boolean terminal) {
    return new Progress(
        new PrintStream(bytes, true, UTF_8),
        terminal,
        () -> seconds * 1_000_000_000L,
        2,
        1000,
        update -> 0.1 * update);
  }

  private static RoundReport round(long firstUpdate) {
    FeedReport feed = new FeedReport(250, 0, 0, 0, 0, 0, 0, 0);
    return new RoundReport(0, firstUpdate, 1, 500, feed, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void aPlainLineEveryTenSecondsAtMost() {
    Progress progress = progress(false);
    progress.epochStarted(1);
    for (int i = 0; i < 4; i++) {
      seconds += 5;
      progress.roundEnded(round(i));
    }
    assertThat(bytes.toString(UTF_8))
        .isEqualTo(
            "epoch 1/2  50 %  50.0 images/s  loss 2.00  rate 0.1\n"
                + "epoch 1/2  100 %  50.0 images/s  loss 2.00  rate 0.3  20 s left\n");
  }

  @Test
  void startUpIsNoPace() {
    Progress progress = progress(false);
    progress.epochStarted(1);
    seconds += 100;
    progress.roundEnded(round(0));
    seconds += 10;
    progress.roundEnded(round(1));
    progress.epochStarted(2);
    for (int i = 2; i < 5; i++) {
      seconds += 10;
      progress.roundEnded(round(i));
    }
    assertThat(bytes.toString(UTF_8))
        .isEqualTo(
            "epoch 1/2  25 %  – images/s  loss 2.00  rate 0\n"
                + "epoch 1/2  50 %  25.0 images/s  loss 2.00  rate 0.1\n"
                + "epoch 2/2  25 %  25.0 images/s  loss 2.00  rate 0.2\n"
                + "epoch 2/2  50 %  25.0 images/s  loss 2.00  rate 0.3  20 s left\n"
                + "epoch 2/2  75 %  25.0 images/s  loss 2.00  rate 0.4  10 s left\n");
  }

  @Test
  void aBarThatIsDrawnOverOnATerminal() {
    Progress progress = progress(true);
    progress.epochStarted(2);
    seconds += 5;
    progress.roundEnded(round(8));
    assertThat(bytes.toString(UTF_8))
        .isEqualTo(
            "\repoch 2/2 [######------------------] 25 %  – images/s  loss 2.00  rate 0.8\033[K");
  }

  @Test
  void anEpochEndsWithItsNumbers() {
    progress(false).epochEnded(SampleMetrics.of(2).get(1));
    assertThat(bytes.toString(UTF_8))
        .startsWith("epoch 2/2  loss 0.2775, validation loss 0.")
        .contains("top-1 91.03 %")
        .hasLineCount(1);
  }

  @Test
  void aManifestNamesTheVersions() {
    String json =
        RunManifest.now(7, java.util.Map.of(), java.util.Map.of("data", "d"))
            .computedBy(new io.millrace.backend.Compute("-onednn-avx2", "avx2", "1"))
            .toJson();
    assertThat(json)
        .contains("\"spark\" : \"3.5.7\"", "\"dl4j\" : \"1.0.0-M2.1\"", "\"nd4j\" : \"1.0.0-M2.1\"")
        .contains("\"millrace\" : \"0.1.0\"")
        .containsPattern("\"git_revision\" : \"([0-9a-f]{40}|unknown)\"")
        .contains("\"seed\" : 7", "\"isa\" : \"avx2\"", "\"started_at\" : \"2");
  }
}
