package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.SharedSpark;
import io.millrace.checkpoint.CheckpointStore;
import io.millrace.state.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs that go on: where they stopped, with more epochs, with other workers. */
class ResumedRunTest extends WholeRuns {
  @Test
  void aRunThatIsStoppedAndResumedEqualsTheStraightOne() throws IOException {
    Path checkpoint = file("stopped", "checkpoints/epoch-0001");
    assertThatThrownBy(() -> train("stopped", new Start.Anew(), () -> Files.exists(checkpoint)))
        .isInstanceOf(StoppedException.class)
        .hasMessage("Stopped on request: --resume auto goes on from file:" + checkpoint);
    assertThat(file("stopped", "checkpoints/epoch-0002")).doesNotExist();
    assertThat(file("stopped", "report.html")).content().contains("<dd>1 of 3</dd>");
    train("stopped", new Start.From("auto"), () -> false);
    assertEqualRuns("stopped", "straight");
    assertThat(file("stopped", "report.html")).content().contains("<dd>3</dd>");
  }

  @Test
  void aRunStoppedWithinAnEpochGoesOnFromThatRound() throws IOException {
    int[] looks = {0};
    BooleanSupplier inTheSecondEpoch = () -> ++looks[0] == 4;
    Path checkpoint = file("within", "checkpoints/epoch-0001-round-00001");
    assertThatThrownBy(() -> train("within", new Start.Anew(), inTheSecondEpoch))
        .hasMessage("Stopped on request: --resume auto goes on from file:" + checkpoint);
    assertThat(CheckpointStore.read(new Configuration(), checkpoint.toString()).state().position())
        .isEqualTo(new Position(0, 1, 1, 2, UPDATES + 2));
    train("within", new Start.From("auto"), () -> false);
    assertThat(model("within")).isEqualTo(model("straight"));
    assertThat(weights("within", EPOCHS)).isEqualTo(weights("straight", EPOCHS));
    assertThat(withoutBytesRead("within")).isEqualTo(withoutBytesRead("straight"));
  }

  @Test
  void aRunStoppedBeforeItsFirstRoundHasNothingToGoOnFrom() {
    assertThatThrownBy(() -> train("early", new Start.Anew(), () -> true))
        .isInstanceOf(StoppedException.class)
        .hasMessage("Stopped on request: there is no checkpoint yet")
        .matches(e -> !((StoppedException) e).resumable());
    assertThat(file("early", "report.html")).doesNotExist();
  }

  @Test
  void aRunGoesOnFromACheckpointOfAnother() throws IOException {
    String checkpoint = file("straight", "checkpoints/epoch-0002").toString();
    train("from-path", new Start.From(checkpoint), () -> false);
    assertThat(model("from-path")).isEqualTo(model("straight"));
    assertThat(metrics("from-path")).as("all the way").isEqualTo(metrics("straight"));
  }

  @Test
  void checkpointsByMinutesLieWithinEpochsAndChangeNothing() throws IOException {
    String[] often = {
      "checkpoint={everyEpochs: 2, everyMinutes: 1e-9}", "training.keepCheckpoints=99"
    };
    train("often", new Start.Anew(), () -> false, often);
    assertThat(file("often", "checkpoints").toFile().list())
        .contains("epoch-0000-round-00001", "epoch-0002", "epoch-0003");
    assertThat(model("often")).isEqualTo(model("straight"));
    Path within = file("often", "checkpoints/epoch-0000-round-00001");
    train(
        "from-within", new Start.From(within.toString()), () -> false, "checkpoint.everyEpochs=9");
    assertThat(model("from-within")).isEqualTo(model("straight"));
    assertThat(withoutBytesRead("from-within")).isEqualTo(withoutBytesRead("straight"));
    assertThat(file("from-within", "checkpoints").toFile().list())
        .as("the best and the last")
        .contains("epoch-0003")
        .doesNotContain("epoch-0002");
  }

  @Test
  void aRunIsTrainedOnWhereItsScheduleAllowsItAndElseWhereItIsAccepted() throws IOException {
    String[] constant = {"learningRate.schedule=constant", "training.workers=1"};
    String[] two = {constant[0], constant[1], "training.epochs=2"};
    train("three", new Start.Anew(), () -> false, constant);
    train("two", new Start.Anew(), () -> false, two);
    train("two", new Start.From("auto"), () -> false, constant);
    assertEqualRuns("two", "three");
    assertThatThrownBy(() -> train("two", new Start.From("auto"), () -> false, two))
        .as("shorter than what is done")
        .hasMessage(
            "Cannot resume from epoch 3: it was trained with training.epochs = 3 (now 2) (set that"
                + " back, or train anew: --set name=..., --overwrite)");

    String[] cosine = {"learningRate.schedule=cosine", "training.workers=1"};
    assertThatThrownBy(() -> train("two", new Start.From("auto"), () -> false, cosine))
        .hasMessage(
            "Cannot resume from epoch 3: it was trained with learningRate.minRate = unset (now 0.0),"
                + " learningRate.schedule = constant (now cosine), which changes the learning rate,"
                + " of update 7 0.0491481 (was 0.05): --accept learningRate goes on with that (set"
                + " that back, or train anew: --set name=..., --overwrite)");
    TrainJob.run(
        SharedSpark.session(),
        config("two", cosine[0], cosine[1], "training.epochs=4"),
        new Start.From("auto"),
        () -> false,
        Set.of(Accept.LEARNING_RATE),
        "");
    assertThat(metrics("two")).hasSize(4);
    assertThat(metrics("two").subList(0, 3)).isEqualTo(metrics("three"));
  }

  @Test
  void aGroupWhoseScheduleFollowsTheLengthOfTheRunIsNotTrainedOnWithoutAWord() throws IOException {
    String[] one = {
      "learningRate.schedule=constant",
      "training.workers=1",
      "optimizer.groups=[{names: output.*}, {names: stem*, schedule: linear}]",
      "training.epochs=2"
    };
    train("group", new Start.Anew(), () -> false, one);
    String[] longer = {one[0], one[1], one[2], "training.epochs=3"};
    assertThatThrownBy(() -> train("group", new Start.From("auto"), () -> false, longer))
        .hasMessageContaining(
            "training.epochs = 2 (now 3), which changes the learning rate of optimizer.groups[1],"
                + " of update 7 0.0458333 (was 0.0416667): --accept learningRate goes on with that");
  }

  /** Asks at the end of a round: what is trained, or evaluated, after it is given up. */
  @Test
  void aRunWhoseGraceIsOverGoesOnFromTheLastWholeRound() throws IOException {
    StopRequest impatient =
        new StopRequest() {
          private Runnable hearing;
          private int looks;

          @Override
          public void whenAsked(Runnable heard) {
            hearing = heard;
          }

          @Override
          public boolean getAsBoolean() {
            if (++looks == 2) {
              hearing.run();
            }
            return false;
          }
        };
    assertThatThrownBy(() -> train("impatient", new Start.Anew(), impatient, "checkpoint.grace=0"))
        .isInstanceOf(StoppedException.class)
        .hasMessageMatching(
            "Stopped on request: --resume auto goes on from file:%s/epoch-\\d+(-round-\\d+)?"
                .formatted(file("impatient", "checkpoints")));
    train("impatient", new Start.From("auto"), () -> false);
    assertThat(model("impatient")).isEqualTo(model("straight"));
    assertThat(withoutBytesRead("impatient")).isEqualTo(withoutBytesRead("straight"));
  }

  /** A net without batch statistics, nothing mixed or dropped. */
  @Test
  void otherWorkersGoOnWithinAnEpochFromTheSameGlobalBatches() throws IOException {
    String[] two = {
      "model={architecture: vgg, depth: 11, width: 4, dense: 16, dropout: 0}",
      "input={height: 32, width: 32}",
      "augment=[{resize: {height: 32, width: 32}}, horizontal_flip]",
      "loss.mixing=null",
      "averaging.every=1",
      "optimizer.kind=momentum",
      "training.epochs=2"
    };
    String[] one =
        Stream.concat(Stream.of(two), Stream.of("training.workers=1", "training.batchPerWorker=16"))
            .toArray(String[]::new);
    train("two-workers", new Start.Anew(), () -> false, two);
    int[] looks = {0};
    assertThatThrownBy(() -> train("elastic", new Start.Anew(), () -> ++looks[0] == 3, two))
        .hasMessageContaining("epoch-0000-round-00002");
    train("elastic", new Start.From("auto"), () -> false, one);
    float[] straight = weights("two-workers", 2).parameters().toArray();
    float[] elastic = weights("elastic", 2).parameters().toArray();
    for (int i = 0; i < straight.length; i++) {
      assertThat(elastic[i]).isCloseTo(straight[i], within(1e-5f));
    }
    assertThat(elastic).as("other sums of the same").isNotEqualTo(straight);
    assertThat(elastic).isNotEqualTo(weights("two-workers", 1).parameters().toArray());
    assertThatThrownBy(
            () ->
                train(
                    "elastic",
                    new Start.From("auto"),
                    () -> false,
                    Stream.concat(Stream.of(two), Stream.of("training.workers=1"))
                        .toArray(String[]::new)))
        .hasMessageContaining("training.batchPerWorker = 16 (now 8)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          outer | averaging={every: 1, outer: bmuf} | what an average of workers comes to, what batch norms, mixing see within a worker
          mixed | averaging.every=1                 | which changes what batch norms, mixing see within a worker
          """)
  void whatHangsOnTheWorkersGoesOnWithOthersWhereThatIsAccepted(
      String run, String setting, String changes) throws IOException {
    String[] two = {setting, "training.epochs=1"};
    String[] one = {setting, two[1], "training.workers=1", "training.batchPerWorker=16"};
    train(run, new Start.Anew(), () -> false, two);
    assertThatThrownBy(() -> train(run, new Start.From("auto"), () -> false, one))
        .hasMessageContaining(changes)
        .hasMessageContaining("--accept batch goes on with that");
  }

  @Test
  void roundsByAScheduleAreResumedAtTheEndOfAnEpoch() throws IOException {
    String[] local = {
      "averaging.every={post-local: {updates: 3}}",
      "learningRate.schedule=multi-step",
      "learningRate.stepEpochs=[1.7]"
    };
    train("local", new Start.Anew(), () -> false, local);
    assertThat(metrics("local"))
        .extracting(epoch -> epoch.get("rounds").asInt())
        .containsExactly(3, 3, 1);
    Path checkpoint = file("local-stopped", "checkpoints/epoch-0002");
    assertThatThrownBy(
            () -> train("local-stopped", new Start.Anew(), () -> Files.exists(checkpoint), local))
        .isInstanceOf(StoppedException.class);
    train("local-stopped", new Start.From("auto"), () -> false, local);
    assertEqualRuns("local-stopped", "local");
    assertThat(weights("local", 3)).isNotEqualTo(weights("straight", 3));
    assertThatThrownBy(() -> train("local-stopped", new Start.From("auto"), () -> false))
        .hasMessageContaining("averaging.every = unset (now 2)");
  }
}
