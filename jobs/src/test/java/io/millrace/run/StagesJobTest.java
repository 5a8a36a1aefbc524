package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.FullCollections;
import io.millrace.SharedSpark;
import io.millrace.checkpoint.CheckpointStore;
import io.millrace.config.RunConfig;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.state.Memory;
import io.millrace.state.Position;
import io.millrace.state.RunState;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of several stages, whole and resumed. */
class StagesJobTest {
  private static final String STAGES =
      "stages=[{name: head, epochs: 1, train: head, batchPerWorker: 6, learningRate: {warmupEpochs: 0}},"
          + " {name: top, epochs: 1, train: 'stage3..', layerDecay: 0.5},"
          + " {name: all, epochs: 1, freeze: stem_bn, layerDecay: 0.5, averaging: {every: 1}}]";

  @TempDir private static Path folder;

  @BeforeAll
  static void prepareAndTrain() throws IOException {
    Prepared.lake(folder, 45, 12);
    Prepared.by(config("any"));
    train("straight", new Start.Anew(), () -> false, STAGES);
  }

  private static RunConfig config(String name, String... overrides) {
    return Prepared.config(
        folder,
        name,
        """
        augment: [{random_crop: {height: 8, width: 8, padding: 1}}, horizontal_flip]
        model: {depth: 8}
        optimizer: {kind: adam}
        learningRate: {base: 0.01, referenceBatch: 16, warmupEpochs: 1}
        training: {workers: 2, batchPerWorker: 8, keepCheckpoints: 9}
        averaging: {every: 2, shadows: [ema]}
        shuffle: {window: 2}
        """,
        overrides);
  }

  private static void train(String name, Start start, BooleanSupplier stop, String... overrides)
      throws IOException {
    TrainJob.run(SharedSpark.session(), config(name, overrides), start, stop);
  }

  private static RunState state(String run, int epoch) throws IOException {
    String path = folder.resolve(run + "/checkpoints/epoch-000" + epoch).toString();
    return CheckpointStore.read(new Configuration(), path).state();
  }

  private static float[] part(RunState state, ParameterSlot slot) {
    float[] values = new float[(int) slot.length()];
    state.parameters().get(slot.offset(), values);
    return values;
  }

  @Test
  void eachStageMovesWhatItTrainsAndNothingElse() throws IOException {
    TrainingSetup setup = StagedSetup.of(config("layout", STAGES), new Configuration()).get(0);
    var initial = setup.network().initialised(new Configuration());
    ParameterLayout layout = ParameterLayout.of(initial);
    List<String> trained = List.of("output", "stage3.*|output", "(?!stem_bn).*");
    float[] before = initial.params().reshape(initial.numParams()).toFloatVector();
    for (int epoch = 1; epoch <= 3; epoch++) {
      RunState state = state("straight", epoch);
      assertThat(state.position().stage()).isEqualTo(epoch - 1);
      assertThat(state.update()).isEqualTo(List.of(4, 7, 10).get(epoch - 1).longValue());
      for (ParameterSlot slot : layout.slots()) {
        float[] now = part(state, slot);
        float[] then =
            Arrays.copyOfRange(before, (int) slot.offset(), (int) (slot.offset() + slot.length()));
        assertThat(Arrays.equals(now, then))
            .as("epoch %d %s", epoch, slot)
            .isEqualTo(!slot.vertex().matches(trained.get(epoch - 1)));
      }
      before = state.parameters().toArray();
    }
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("straight/metrics.jsonl"))) {
      lines.add(new ObjectMapper().readTree(line));
    }
    assertThat(lines.stream().map(line -> line.get("stage").asInt())).containsExactly(1, 2, 3);
    long head = 4L * 3 * (layout.slots().get(layout.slots().size() - 1).length() + 64 * 3);
    assertThat(lines.get(0).at("/measures/bytes_down").asLong()).isEqualTo(head);
  }

  private static BooleanSupplier after(String run, int epoch) {
    Path checkpoint = folder.resolve(run + "/checkpoints/epoch-000" + epoch);
    return () -> Files.exists(checkpoint.resolve("manifest.json"));
  }

  private static void stop(String run, int epoch) {
    assertThatThrownBy(() -> train(run, new Start.Anew(), after(run, epoch), STAGES))
        .isInstanceOf(StoppedException.class);
  }

  @Test
  void resumedAtAStagesEndIsTheStraightRun() throws IOException {
    stop("stopped", 1);
    train("stopped", new Start.From("auto"), () -> false, STAGES);
    for (int epoch = 1; epoch <= 3; epoch++) {
      RunState here = state("stopped", epoch);
      RunState straight = state("straight", epoch);
      assertThat(here.parameters()).as("epoch %d", epoch).isEqualTo(straight.parameters());
      assertThat(here.state()).isEqualTo(straight.state());
      assertThat(here.memories()).isEqualTo(straight.memories());
    }
    assertThat(state("straight", 2).parameters()).isNotEqualTo(state("straight", 3).parameters());
  }

  @Test
  void aStageThatHasNotBegunGoesOnWithASmallerBatchWhereThatIsAccepted() throws IOException {
    stop("smaller", 1);
    List<String> less = List.of(STAGES, "stages.2.batchPerWorker=4");
    RunConfig config = config("smaller", less.toArray(String[]::new));
    assertThatThrownBy(
            () ->
                TrainJob.run(
                    SharedSpark.session(),
                    config,
                    new Start.From("auto"),
                    () -> false,
                    Set.of(),
                    ""))
        .hasMessageContaining(
            "stages.2.batchPerWorker = null (now 4), which changes the global batch")
        .hasMessageContaining("--accept batch goes on with that");
    TrainJob.run(
        SharedSpark.session(),
        config,
        new Start.From("auto"),
        () -> false,
        Set.of(Accept.BATCH),
        "");
    assertThat(state("smaller", 2).parameters()).isEqualTo(state("straight", 2).parameters());
    assertThat(state("smaller", 3).update()).isEqualTo(4 + 3 + 6);
  }

  @Test
  void whatAStageSaysWithoutEffectIsSaid() throws IOException {
    assertThat(noEffect(STAGES)).isEmpty();
    assertThat(
            noEffect(
                "stages=[{name: a, epochs: 1, train: head, layerDecay: 0.5, state: reset},"
                    + " {name: b, epochs: 1, layerDecay: 0.5, state: reset},"
                    + " {name: c, epochs: 1, train: head, layerDecay: 1}]"))
        .containsExactly(
            "no effect      stages[0].state: reset; the state of the first stage starts at 0",
            "no effect      stages[0].layerDecay: 0.5; all that the stage trains is of one level,"
                + " the head's");
  }

  private static List<String> noEffect(String stages) throws IOException {
    List<TrainingSetup> setups = StagedSetup.of(config("idle", stages), new Configuration());
    return StagedSetup.lines(setups, StagedSetup.plans(setups)).stream()
        .filter(line -> line.startsWith("no effect"))
        .toList();
  }

  @Test
  void oneStageOfAllIsARunWithoutStages() throws IOException {
    train("plain", new Start.Anew(), () -> false, "training.epochs=2");
    train("staged", new Start.Anew(), () -> false, "stages=[{name: all, epochs: 2}]");
    assertThat(state("staged", 2).parameters()).isEqualTo(state("plain", 2).parameters());
    assertThat(state("staged", 2).state()).isEqualTo(state("plain", 2).state());
  }

  @Test
  void stateOfAnOptimiserWithOtherVectorsStartsAtZero() throws IOException {
    String stages =
        "stages=[{name: a, epochs: 1, optimizer: {centered: true}},"
            + " {name: b, epochs: 1, optimizer: {momentum: 0.9}},"
            + " {name: c, epochs: 1, optimizer: {momentum: 0.5}},"
            + " {name: d, epochs: 1}]";
    List<TrainingSetup> setups =
        StagedSetup.of(config("vectors", "optimizer.kind=rmsprop", stages), new Configuration());
    assertThat(setups.stream().map(each -> each.stage().keepsState()))
        .containsExactly(true, false, true, false);
    train("vectors", new Start.Anew(), () -> false, "optimizer.kind=rmsprop", stages);
    assertThat(state("vectors", 4).update()).isEqualTo(12);
  }

  @Test
  void anOptimiserThatHasSwitchedStaysThatInTheNextStageWhereItsStateIsKept() throws IOException {
    List<TrainingSetup> stages =
        StagedSetup.of(
            config(
                "switched",
                "optimizer.kind=swats",
                "stages=[{name: a, epochs: 1}, {name: b, epochs: 1},"
                    + " {name: c, epochs: 1, state: reset}]"),
            new Configuration());
    long length = stages.get(0).network().layout().length();
    for (double found : new double[] {0, 0.3}) {
      var memory = Memory.of(Map.of("lambda", 1.0, "updates", 9.0, "found", found, "rate", 0.1));
      var ended =
          new RunState(
              WeightVector.zeros(length),
              WeightVector.zeros(2 * length),
              3,
              1,
              Map.of("swats", memory));
      assertThat(StageChange.of(ended, stages.get(0), stages.get(1)).memory("swats").isPresent())
          .isEqualTo(found > 0);
      assertThat(StageChange.of(ended, stages.get(1), stages.get(2)).memory("swats")).isEmpty();
    }
  }

  @Test
  void thePlanSaysWhatEachStageTrainsAndSends() throws IOException {
    long collections = FullCollections.count();
    List<TrainingSetup> stages = StagedSetup.of(config("plan", STAGES), new Configuration());
    List<String> lines = StagedSetup.lines(stages, StagedSetup.plans(stages));
    assertThat(FullCollections.count() - collections).as("by networks asked").isLessThan(5);
    assertThat(lines)
        .contains(
            "stage          1 of 3, head: 1 epoch, epochs 1 to 1, trains head",
            "stage          2 of 3, top: 1 epoch, epochs 2 to 2, trains stage3..",
            "stage          3 of 3, all: 1 epoch, epochs 3 to 3, trains all but stem_bn");
    assertThat(lines).filteredOn(line -> line.startsWith("trained")).hasSize(3);
    assertThat(lines).filteredOn(line -> line.startsWith("bytes a round")).hasSize(3);
    assertThat(lines).filteredOn(line -> line.startsWith("memory")).hasSize(3);
  }

  @Test
  void weightsOfAModelHaveATenthOfTheRateAndWhatStartsAnewAllOfIt() throws IOException {
    String model = folder.resolve("straight/model.zip").toString();
    String stage = "stages=[{name: all, epochs: 1}]";
    assertThat(groups("init.from=" + model, stage))
        .containsExactly(
            "stem to output: 29 parameters of 77,299 elements, rate x 0.1, decay 0.0001");
    assertThat(groups(stage)).isEmpty();
    assertThat(
            groups(
                "init.from=" + model,
                "stages=[{name: a, epochs: 1, pretrainedRate: 1, train: head}]"))
        .isEmpty();
  }

  @Test
  void aRateOfPretrainedWeightsIsRefusedWhereThereAreNone() {
    assertThatThrownBy(() -> groups("stages=[{name: a, epochs: 1, pretrainedRate: 0.5}]"))
        .hasMessage(
            "Invalid stages[0].pretrainedRate: 0.5 (must be left out where init takes no weights of a file)");
  }

  private static List<String> groups(String... overrides) throws IOException {
    return StagedSetup.of(config("groups", overrides), new Configuration())
        .get(0)
        .network()
        .groups();
  }

  @Test
  void outOfMemoryAtAStagesStartSaysHowToGoOn() throws IOException {
    List<TrainingSetup> stages = StagedSetup.of(config("memory", STAGES), new Configuration());
    var failure = new IllegalStateException("Job aborted", new OutOfMemoryError("Physical memory"));
    var end = Optional.of(new Position(0, 1, 0, 0, 4));
    assertThatThrownBy(() -> OutOfMemory.refuse(failure, stages, end))
        .hasMessage(
            "Cannot go on in stage top: out of memory (give it more, or go on with a smaller batch:"
                + " --resume auto --set stages.1.batchPerWorker=4 --accept batch)");
    OutOfMemory.refuse(failure, stages, Optional.of(new Position(1, 1, 1, 2, 6)));
    OutOfMemory.refuse(new IllegalStateException("Job aborted"), stages, end);
  }
}
