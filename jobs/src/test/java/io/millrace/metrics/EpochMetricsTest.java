package io.millrace.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dataset.Split;
import io.millrace.epoch.FeedReport;
import io.millrace.evaluate.EvaluationReport;
import io.millrace.state.Tally;
import io.millrace.store.RunFolder;
import io.millrace.training.RoundReport;
import io.millrace.wire.Measures;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EpochMetricsTest {
  private static final long S = 1_000_000_000L;

  // The low halves overflow: (1, 2^64 - 1) + (2, 3) = (4, 2).
  private static final RoundReport FIRST =
      new RoundReport(
          0,
          10,
          2,
          1.0,
          1.1,
          new FeedReport(
              4,
              1,
              -1,
              measures(8, 4, 4 * S)
                  .add("bytes_read", 100)
                  .add("read", S)
                  .add("decode", 2 * S)
                  .add("augment", 3 * S)
                  .add("waiting", S)
                  .add("compute", 3 * S)
                  .add("grown", 3, 1)));
  private static final RoundReport SECOND =
      new RoundReport(
          1,
          12,
          1,
          1.2,
          1.2,
          new FeedReport(
              2,
              2,
              3,
              measures(1, 2, 2 * S)
                  .add("bytes_read", 50)
                  .add("read", S)
                  .add("decode", S)
                  .add("augment", S)
                  .add("compute", S)
                  .add("grown", 6, 2)));

  private static Measures measures(double loss, long examples, long wall) {
    return new Measures()
        .add("loss", loss, examples)
        .add("serialise", S)
        .add("schedule", S)
        .add("aggregate", S)
        .add("broadcast", S)
        .add("wall", wall)
        .add("task", S);
  }

  /** The last of an epoch before: a start's first round is not in this epoch. */
  private static final RoundReport STARTED = new RoundReport(0, 9, 1, 1.0, 1.0, FeedReport.of(3));

  private static final TrainedSet SET = new TrainedSet(6, 4, 2, 140);

  private static final EvaluationReport EMA =
      new EvaluationReport(Split.VALIDATION, 4, 0.6, 0.55, 0.8, new long[6][6], null, List.of(), 1);

  private static final Instant ENDED = Instant.parse("2026-01-31T23:59:59.999Z");

  private static EpochMetrics metrics(TrainedSet set, Optional<EvaluationReport> validation) {
    return metrics(List.of(STARTED, FIRST, SECOND), set, validation);
  }

  private static EpochMetrics metrics(
      List<RoundReport> rounds, TrainedSet set, Optional<EvaluationReport> report) {
    EpochTally tally = new EpochTally();
    for (RoundReport round : rounds) {
      tally.roundEnded(round);
      if (round.equals(STARTED)) {
        tally.epochStarted(3, Tally.NOTHING);
      }
    }
    return EpochMetrics.of(
        3, tally.now(), set, Duration.ofSeconds(12), ENDED, report, Map.of("ema", EMA));
  }

  @Test
  void roundsAreAddedUp() {
    EvaluationReport validation =
        new EvaluationReport(
            Split.VALIDATION, 4, 0.7, 0.5, 0.75, new long[6][6], null, List.of(), 1.5);
    EpochMetrics metrics = metrics(SET, Optional.of(validation));
    assertThat(metrics.epoch()).isEqualTo(3);
    assertThat(MetricsLine.of(metrics))
        .isEqualTo(
            ("{'epoch':3,'ended_at':'2026-01-31T23:59:59Z','updates':13,'rounds':2,'examples_seen':6,"
                    + "'examples_distinct':6,'examples_in_set':6,'train_loss':1.5,"
                    + "'val_loss':0.7,'val_top1':0.5,'val_top5':0.75,'shadows':{'ema_loss':0.6,"
                    + "'ema_top1':0.55,'ema_top5':0.8},'learning_rate_first':1.0,"
                    + "'learning_rate_last':1.2,'images_per_second':0.5,'wall_seconds':12.0,"
                    + "'validation_seconds':1.5,'seconds':{'read':2.0,'decode':3.0,"
                    + "'augment':4.0,'waiting':1.0,'compute':4.0,'serialise':2.0,"
                    + "'schedule':2.0,'aggregate':2.0,'broadcast':2.0},'wait_share':0.2,"
                    + "'bytes_read':150,'bytes_in_set':140,'measures':{'grown':3.0}}")
                .replace('\'', '"'));
  }

  @Test
  void aLineReadsBackEqualAlsoOfBeforeAndOfAfter() throws IOException {
    EpochMetrics metrics = metrics(SET, Optional.empty());
    assertThat(MetricsLine.read(MetricsLine.of(metrics))).hasValue(metrics);
    String other =
        "{\"epoch\":2,\"ended_at\":\"t\",\"val_loss\":null,\"later\":{\"a.b\":1,\"c\":0.5}}";
    EpochMetrics read = MetricsLine.read(other).orElseThrow();
    assertThat(read.figure("later.a.b")).isEqualTo(1);
    assertThat(read.valLoss()).isNaN();
    assertThat(read.updates()).isZero();
    assertThat(MetricsLine.of(read)).isEqualTo(other);
  }

  @Test
  void imagesPerSecondLeaveOutTheRoundThatStartsUp() {
    EpochMetrics afterAStart = metrics(List.of(FIRST, SECOND), SET, Optional.empty());
    assertThat(afterAStart.imagesPerSecond()).isEqualTo(2 / 2.0);
    assertThat(afterAStart.wallSeconds()).isEqualTo(12);
    TrainedSet first = new TrainedSet(4, 1, -1, 140);
    assertThat(metrics(List.of(FIRST), first, Optional.empty()).imagesPerSecond())
        .isEqualTo(4 / 12.0);
  }

  @Test
  void anEpochGoesOnFromTheTallyOfACheckpoint() {
    EpochTally straight = new EpochTally();
    EpochTally before = new EpochTally();
    EpochTally after = new EpochTally();
    straight.roundEnded(FIRST);
    before.roundEnded(FIRST);
    straight.roundEnded(SECOND);
    after.epochStarted(3, before.now());
    after.roundEnded(SECOND);
    for (String name : straight.now().measures().names()) {
      if (!name.equals(EpochTally.START_UP)) {
        assertThat(after.now().measures().value(name))
            .as(name)
            .isEqualTo(straight.now().measures().value(name));
      }
    }
    assertThat(after.now().rounds()).isEqualTo(2);
    assertThat(after.now().firstRate()).isEqualTo(1.0);
    assertThat(after.now().lastRate()).isEqualTo(1.2);
    assertThat(SET.distinct(3, after.now())).isEqualTo(6);
    assertThat(before.now().rounds()).as("stays as it was").isEqualTo(1);
  }

  @Test
  void anEpochThatMissedAnExampleFails() {
    assertThatThrownBy(() -> metrics(new TrainedSet(7, 4, 2, 140), Optional.empty()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot end epoch 3: 6 examples were trained (must be the 7 of the set)");
  }

  @Test
  void anEpochThatTrainedOneExampleTwiceFails() {
    assertThatThrownBy(() -> metrics(new TrainedSet(6, 4, 3, 140), Optional.empty()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Cannot end epoch 3: hash 00000000000000040000000000000002 of the ids trained"
                + " (must be the set's 00000000000000040000000000000003)");
  }

  @Test
  void whatACheckpointKnowsIsKeptAndADamagedFileWrittenAnew(@TempDir Path dir) throws IOException {
    RunFolder folder = RunFolder.open(new Configuration(), dir.toString(), "run");
    MetricsStore store = new MetricsStore(folder);
    EpochMetrics epoch = metrics(SET, Optional.empty());
    store.add(epoch);
    store.add(epoch);
    String known = store.lines();
    store.add(epoch);
    store.write();
    String all = folder.text(RunFolder.METRICS).orElseThrow();
    assertThat(MetricsStore.resume(folder, known).epochs()).containsExactly(epoch, epoch);
    assertThat(folder.text(RunFolder.METRICS)).as("later epochs stay until new ones").contains(all);

    for (String damaged :
        List.of("", "\n", known.substring(0, known.length() - 9), known.substring(9) + "\0\0")) {
      folder.write(RunFolder.METRICS, damaged);
      folder.delete(RunFolder.SUMMARY);
      assertThat(MetricsStore.resume(folder, known).lines()).isEqualTo(known);
      assertThat(folder.text(RunFolder.METRICS)).contains(known);
      assertThat(folder.text(RunFolder.SUMMARY).orElseThrow()).hasLineCount(3);
    }
    folder.delete(RunFolder.METRICS);
    MetricsStore.resume(folder, known);
    assertThat(folder.text(RunFolder.METRICS)).contains(known);
  }

  @Test
  void metricsAreOneLineAnEpochAndARowForASpreadsheet(@TempDir Path dir) throws IOException {
    RunFolder folder = RunFolder.open(new Configuration(), dir.toString(), "run");
    MetricsStore store = new MetricsStore(folder);
    store.add(metrics(SET, Optional.empty()));
    store.write();
    assertThat(folder.text(RunFolder.METRICS).orElseThrow())
        .hasLineCount(1)
        .contains("\"examples_seen\":6,\"examples_distinct\":6,\"examples_in_set\":6")
        .contains("\"ended_at\":\"2026-01-31T23:59:59Z\"")
        .contains("\"val_loss\":null")
        .contains("\"seconds\":{\"read\":2.0,");
    assertThat(folder.text(RunFolder.SUMMARY).orElseThrow())
        .isEqualTo(
            "epoch,updates,train_loss,val_loss,val_top1,val_top5,learning_rate,images_per_second,"
                + "wall_seconds,wait_share\n"
                + "3,13,1.50000,,,,1.20000,0.500000,12.0000,0.200000\n");
  }
}
