package io.millrace.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.metrics.EpochMetrics;
import io.millrace.metrics.SampleMetrics;
import io.millrace.state.Tally;
import io.millrace.store.ObjectStore;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.framework.Summary;

/** Epochs of 53 rounds, on a store that has no append and no rename. */
class EventFilesTest {
  private static final int PAUSE = 60;

  @TempDir private Path folder;
  private final List<EpochMetrics> epochs = SampleMetrics.of(3);
  private RunFolder run;
  private long now;

  @BeforeEach
  void open() {
    run = RunFolder.open(ObjectStore.conf(), ObjectStore.path(folder).toString(), "run");
  }

  private EventFiles files(boolean resumed, int done) {
    SinkRun seen = SinkRuns.of(run, resumed, Map.of(), epochs.subList(0, done));
    return new EventFiles(seen, PAUSE, () -> now);
  }

  private void rounds(EventFiles files, long from, long to) {
    for (long update = from; update <= to; update++) {
      files.roundEnded(SinkRuns.round(update));
    }
  }

  /** A whole epoch, counted from 1. */
  private void epoch(EventFiles files, int epoch) throws IOException {
    files.epochStarted(epoch, Tally.NOTHING);
    rounds(files, 53L * epoch - 52, 53L * epoch);
    files.epochEnded(SinkRuns.epoch(epochs.get(epoch - 1)));
  }

  private List<Long> steps(String tag) throws IOException {
    return Events.steps(Events.in(folder.resolve("run/tensorboard")), tag);
  }

  private List<Long> upTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }

  @Test
  void anEpochIsAFileWithRoundsFiguresHistogramsAndPictures() throws IOException {
    EventFiles files = files(false, 0);
    files.runStarted(0);
    epoch(files, 1);
    epoch(files, 2);
    assertThat(run.list("tensorboard"))
        .containsExactly(
            "events.out.tfevents.0000000053.millrace", "events.out.tfevents.0000000106.millrace");
    assertThat(steps("round/loss")).isEqualTo(upTo(106));
    assertThat(steps("epoch/val_top1")).containsExactly(53L, 106L);
    assertThat(steps("seconds/compute")).containsExactly(53L, 106L);
    assertThat(steps("filters")).containsExactly(53L, 106L);
    assertThat(steps("examples")).containsExactly(53L);
    assertThat(steps("weight-histogram/stem.W")).containsExactly(53L);
    Set<String> tags = new TreeSet<>();
    Events.in(folder.resolve("run/tensorboard"))
        .forEach(
            event ->
                event.summary().getValueList().stream()
                    .map(Summary.Value::getTag)
                    .forEach(tags::add));
    assertThat(tags).contains("gradient-norm/stem.W/norm", "epoch/learning_rate_last");
  }

  @Test
  void withinAnEpochRoundsAreWrittenWhenTheirTimeHasCome() throws IOException {
    EventFiles files = files(false, 0);
    files.runStarted(0);
    files.epochStarted(1, Tally.NOTHING);
    rounds(files, 1, 10);
    assertThat(run.list("tensorboard")).isEmpty();
    now += PAUSE * 1_000_000_000L;
    rounds(files, 11, 12);
    assertThat(steps("round/loss")).isEqualTo(upTo(11));
    files.runPaused();
    files.close();
    assertThat(steps("round/loss")).isEqualTo(upTo(12));
  }

  @Test
  void whoGoesOnWritesNoPointTwice() throws IOException {
    EventFiles cut = files(false, 0);
    cut.runStarted(0);
    epoch(cut, 1);
    cut.epochStarted(2, Tally.NOTHING);
    rounds(cut, 54, 60);
    now += PAUSE * 1_000_000_000L;
    rounds(cut, 61, 70);
    cut.close(); // and the newest checkpoint is of update 61
    EventFiles on = files(true, 1);
    on.runStarted(1);
    on.epochStarted(2, SinkRuns.done(8, 61));
    rounds(on, 62, 106);
    on.epochEnded(SinkRuns.epoch(epochs.get(1)));
    assertThat(steps("round/loss")).isEqualTo(upTo(106));
    assertThat(steps("epoch/train_loss")).containsExactly(53L, 106L);
  }

  @Test
  void epochsThatWereNotWrittenAreMadeAgainFromTheMetrics() throws IOException {
    EventFiles files = files(true, 2);
    files.runStarted(2);
    epoch(files, 3);
    assertThat(steps("epoch/train_loss")).containsExactly(53L, 106L, 159L);
    assertThat(steps("gradient-norm/stem.W/norm")).containsExactly(53L);
  }

  @Test
  void whoStartsOverLeavesNothingOfBefore() throws IOException {
    EventFiles before = files(false, 0);
    before.runStarted(0);
    epoch(before, 1);
    files(false, 0).runStarted(0);
    assertThat(run.list("tensorboard")).isEmpty();
  }
}
