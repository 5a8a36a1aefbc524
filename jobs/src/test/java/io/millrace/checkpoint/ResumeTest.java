package io.millrace.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.config.ConfigReader;
import io.millrace.config.ConfigWriter;
import io.millrace.config.DecidingKeys;
import io.millrace.config.OtherValue;
import io.millrace.recipe.Metric;
import io.millrace.state.Position;
import io.millrace.state.RunState;
import io.millrace.state.Tally;
import io.millrace.store.RunFolder;
import io.millrace.wire.Measures;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumeTest {
  private static final Fingerprints SAME = new Fingerprints("p", "d", "m");
  private static final String CONFIG =
      """
      name: monday
      training: {workers: 2, startTimeout: 300}
      optimizer: {momentum: 0.9}
      augment: [{horizontal_flip: {probability: 0.5}}]
      """;

  private final Configuration hadoop = new Configuration();
  @TempDir private Path dir;
  private CheckpointStore store;

  @BeforeEach
  void writeOne() {
    store = new CheckpointStore(RunFolder.open(hadoop, dir.toString(), "run"), 2, true);
  }

  private Optional<Checkpoint> resume(String from, Fingerprints now, String config)
      throws IOException {
    store.write(
        new Checkpoint(
            new RunState(WeightVector.of(1), WeightVector.of(), 21, 3),
            SAME,
            CONFIG,
            Optional.empty(),
            "",
            null,
            null));
    return Resume.from(from, store, hadoop, now, config, DecidingKeys::of, epochs -> 7L * epochs);
  }

  @Test
  void autoStartsAnewWithoutACheckpoint() throws IOException {
    assertThat(
            Resume.from(
                "auto", store, hadoop, SAME, CONFIG, DecidingKeys::of, epochs -> 7L * epochs))
        .isEmpty();
  }

  @Test
  void autoAndPathFindTheSame() throws IOException {
    String path = dir.resolve("run/checkpoints/epoch-0003").toString();
    assertThat(resume("auto", SAME, CONFIG).orElseThrow().state().update()).isEqualTo(21);
    assertThat(resume(path, SAME, CONFIG).orElseThrow().state().update()).isEqualTo(21);
  }

  @Test
  void keysWithoutASayInTheWeightsMayChange() throws IOException {
    String config = CONFIG.replace("monday", "tuesday").replace("300", "60");
    assertThat(resume("auto", SAME, config)).isPresent();
  }

  @Test
  void allDifferencesAreListed() {
    String config = CONFIG.replace("0.9", "0.8").replace("0.5", "0.25") + "seed: 2\n";
    assertThatThrownBy(() -> resume("auto", new Fingerprints("q", "e", "n"), config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot resume from epoch 3: it was trained with augment ="
                + " [{horizontal_flip={probability=0.5}}] (now"
                + " [{horizontal_flip={probability=0.25}}]); optimizer.momentum = 0.9 (now 0.8);"
                + " seed = 1 (now 2);"
                + " another prepared data set (set that back, or train anew: --set name=...,"
                + " --overwrite)");
  }

  private static Checkpoint of(String config) {
    var weights = new RunState(WeightVector.of(1), WeightVector.of(), 21, 3);
    return new Checkpoint(weights, SAME, config, Optional.empty(), "", null, null);
  }

  @Test
  void everyKeyThatDecidesIsRefusedByNameAndNoOther() {
    for (OtherValue other : OtherValue.ofEachKey()) {
      List<String> differences =
          Resume.differences(
              of(ConfigWriter.yaml(other.before())),
              SAME,
              ConfigWriter.yaml(other.after()),
              DecidingKeys::of);
      if (DecidingKeys.of(other.before()).equals(DecidingKeys.of(other.after()))) {
        assertThat(differences).isEmpty();
      } else {
        assertThat(differences).as(other.key()).anyMatch(each -> each.startsWith(other.resolved()));
      }
    }
  }

  @Test
  void stagesThatCameOrWentAreOneDifference() {
    String head = "{name: head, epochs: 1, train: head, learningRate: {base: 0.2}}";
    String all = "{name: all, epochs: 2, pretrainedRate: 0.5, loss: {labelSmoothing: 0.1}}";
    String top = "{name: top, epochs: 3, train: stage3.., layerDecay: 0.7}";
    String two = "stages: [%s, %s]\n".formatted(head, all);
    String three = "stages: [%s, %s, %s]\n".formatted(head, top, all);
    assertThat(stages(two, three)).contains("stages = head, all (now head, top, all)");
    assertThat(stages(three, two)).contains("stages = head, top, all (now head, all)");
    assertThat(stages("", two)).contains("stages = none (now head, all)");
    for (List<String> each : List.of(stages(two, three), stages("", two))) {
      assertThat(each).noneMatch(line -> line.startsWith("stages."));
    }
    assertThat(stages(two, two.replace("base: 0.2", "base: 0.3")))
        .singleElement()
        .asString()
        .startsWith("stages.0.learningRate");
  }

  private static List<String> stages(String then, String now) {
    String base = "seed: 1\n";
    return Resume.differences(of(base + then), SAME, base + now, DecidingKeys::of);
  }

  @Test
  void aCheckpointOfBeforeAKeyCameResumesWithItsDefault() {
    String now = ConfigWriter.yaml(ConfigReader.read("now", CONFIG, List.of()));
    assertThat(Resume.differences(of(CONFIG), SAME, now, DecidingKeys::of)).isEmpty();
  }

  @Test
  void aCheckpointWhoseConfigIsGoneIsRefusedInOneLine() {
    String old = CONFIG + "learningRate: {warmupEpoch: 1, schedule: constant}\n";
    assertThatThrownBy(() -> Resume.differences(of(old), SAME, CONFIG, DecidingKeys::of))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot resume from epoch 3: its config is that of another version of Millrace:"
                + " config.yaml:5: Unknown key learningRate.warmupEpoch (did you mean"
                + " learningRate.warmupEpochs?) (resume with that version, or train anew: --set name=..., --overwrite)");
  }

  @Test
  void anotherPlanOfTheSameConfigIsRefused() {
    assertThatThrownBy(() -> resume("auto", new Fingerprints("q", "d", "m"), CONFIG))
        .hasMessage(
            "Cannot resume from epoch 3: it was trained with another plan, by another version of"
                + " Millrace (set that back, or train anew: --set name=..., --overwrite)");
  }

  @Test
  void anUpdateThatIsNotThatOfTheEpochIsRefused() throws IOException {
    resume("auto", SAME, CONFIG);
    assertThatThrownBy(
            () ->
                Resume.from(
                    "auto", store, hadoop, SAME, CONFIG, DecidingKeys::of, epochs -> 8L * epochs))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Cannot resume from epoch 3: its checkpoint is of update 21 (must be 24 by the"
                + " plan)");
  }

  @Test
  void anUpdateThatIsNotThatOfTheRoundIsRefused() throws IOException {
    var within = new RunState(WeightVector.of(1), WeightVector.of(), 21, 3);
    within =
        within.with(
            new Position(0, 3, 2, 4, 25),
            new Tally(2, 25, 0.1, 0.1, 64, 1, 2, new Measures()),
            List.of());
    store.write(new Checkpoint(within, SAME, CONFIG, Optional.empty(), "", null, null));
    assertThat(
            Resume.from(
                "auto", store, hadoop, SAME, CONFIG, DecidingKeys::of, epochs -> 7L * epochs))
        .isPresent();
    assertThatThrownBy(
            () ->
                Resume.from(
                    "auto", store, hadoop, SAME, CONFIG, DecidingKeys::of, epochs -> 8L * epochs))
        .hasMessage(
            "Cannot resume from epoch 3, round 2 of the next: its checkpoint is of update 25"
                + " (must be 28 by the plan)");
  }

  /** Takes any momentum, and another seed if it is accepted. */
  private static final Guard SOME =
      new Guard() {
        @Override
        public Map<String, String> deciding(String config) {
          return DecidingKeys.of(config);
        }

        @Override
        public Verdict about(String key, Checkpoint then) {
          return switch (key) {
            case "optimizer.momentum" -> Verdict.allowed("the same steps");
            case "seed" -> Verdict.unless(Set.of("luck"), "every draw");
            default -> Guard.super.about(key, then);
          };
        }
      };

  @Test
  void whatMayDifferIsLetThroughAndWhatHasToBeAcceptedIsNamed() {
    String momentum = CONFIG.replace("0.9", "0.8");
    Fingerprints other = new Fingerprints("q", "d", "n");
    assertThat(Resume.differences(of(CONFIG), other, momentum, SOME)).isEmpty();
    assertThat(Resume.differences(of(CONFIG), other, momentum + "seed: 2\n", SOME))
        .containsExactly(
            "seed = 1 (now 2), which changes every draw: --accept luck goes on with that");
    assertThat(Resume.differences(of(CONFIG), other, momentum.replace("0.5", "0.25"), SOME))
        .hasSize(1);
    assertThat(Resume.differences(of(CONFIG), other, CONFIG, SOME)).hasSize(1);
  }

  private static Checkpoint epoch(int epoch, Best best) {
    var weights = new RunState(WeightVector.of(epoch), WeightVector.of(), 7L * epoch, epoch);
    return new Checkpoint(weights, SAME, CONFIG, Optional.empty(), "", best, null);
  }

  /** Four epochs of which the first was the best, and the newest two are kept. */
  private Best fourEpochs(CheckpointStore run) throws IOException {
    Best best = null;
    for (int epoch = 1; epoch <= 4; epoch++) {
      best = run.write(epoch(epoch, Best.of(best, Metric.VAL_TOP1, epoch, 1.0 / epoch)));
    }
    return best;
  }

  private Best bestAfter(String from, String config) throws IOException {
    return Resume.from(from, store, hadoop, SAME, config, DecidingKeys::of, epochs -> 7L * epochs)
        .orElseThrow()
        .best();
  }

  @Test
  void theBestEpochSoFarIsResumedToo() throws IOException {
    Best best = fourEpochs(store);
    assertThat(best).isEqualTo(new Best(1, Metric.VAL_TOP1, 1.0, best.sha256()));
    assertThat(bestAfter("auto", CONFIG)).isEqualTo(best);
    assertThat(store.read(best).state()).isEqualTo(epoch(1, null).state());
    String named = CONFIG + "evaluation: {metric: val-top1}\n";
    assertThat(bestAfter("auto", named)).as("of before there was that key").isEqualTo(best);
    String otherMetric = CONFIG + "evaluation: {metric: val-loss}\n";
    assertThat(bestAfter("auto", otherMetric)).as("told by something else").isNull();
    String otherSplit = CONFIG + "evaluation: {split: test}\n";
    assertThat(bestAfter("auto", otherSplit)).as("measured on something else").isNull();
    Files.delete(dir.resolve("run/checkpoints/epoch-0001/manifest.json"));
    assertThat(bestAfter("auto", CONFIG)).as("gone").isNull();
  }

  @Test
  void theBestEpochOfAnotherRunComesWithItsCheckpoint() throws IOException {
    Best best = fourEpochs(store);
    CheckpointStore other = store;
    store = new CheckpointStore(RunFolder.open(hadoop, dir.toString(), "more"), 2, true);
    String path = other.path(Position.afterEpoch(4, 28));
    assertThat(bestAfter(path, CONFIG)).isEqualTo(best);
    assertThat(store.read(best).state()).isEqualTo(epoch(1, null).state());
    store.write(epoch(1, null).withBest(Best.of(null, Metric.VAL_TOP1, 1, 0.5)));
    assertThat(store.holds(best)).as("equal weights").isTrue();
    var otherWeights = new RunState(WeightVector.of(9), WeightVector.of(), 7, 1);
    store.write(
        new Checkpoint(
            otherWeights,
            SAME,
            CONFIG,
            Optional.empty(),
            "",
            Best.of(null, Metric.VAL_TOP1, 1, 0.5),
            null));
    assertThat(store.holds(best)).as("another course's epoch 1").isFalse();
  }
}
