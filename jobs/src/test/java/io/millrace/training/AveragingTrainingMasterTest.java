package io.millrace.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.SharedSpark;
import io.millrace.cluster.ClusterCheck;
import io.millrace.exchange.AveragingConfig.Reduce;
import io.millrace.exchange.AveragingConfig.State;
import io.millrace.exchange.Differences;
import io.millrace.exchange.Gradients;
import io.millrace.exchange.Wire;
import io.millrace.model.layers.FastPath;
import io.millrace.recipe.Constant;
import io.millrace.recipe.Course;
import io.millrace.recipe.Momentum;
import io.millrace.recipe.Nesterov;
import io.millrace.recipe.Recipe;
import io.millrace.recipe.Replace;
import io.millrace.recipe.ResolvedRate;
import io.millrace.recipe.SlowMo;
import io.millrace.recipe.Swa;
import io.millrace.recipe.WeightDecay;
import io.millrace.replica.ReplicaPool;
import io.millrace.replica.ReplicaSpec;
import io.millrace.replica.TrainerConfig;
import io.millrace.state.RunState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

class AveragingTrainingMasterTest {
  private static final int EXAMPLES = 43;
  private static final int BATCH = 4;
  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext());
  private final List<DataSet> examples = Nets.examples(EXAMPLES, 3);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void workersAreOneProcessOnTheGlobalBatch(int workers) {
    ComputationGraph reference = Nets.dense(new Nesterovs(0.1, 0.9));
    for (DataSet batch : globalBatches(workers)) {
      reference.fit(batch);
    }
    ComputationGraph trained = Nets.dense(new Nesterovs(0.1, 0.9));
    try (AveragingTrainingMaster master = new AveragingTrainingMaster(settings(workers))) {
      new SparkComputationGraph(spark, trained, master).fit(data());
    }
    assertThat(Nets.distance(trained.params(), reference.params()))
        .isLessThanOrEqualTo(workers == 1 ? 0 : 1e-6);
    assertThat(
            Nets.distance(
                trained.getUpdater().getStateViewArray(),
                reference.getUpdater().getStateViewArray()))
        .isLessThanOrEqualTo(workers == 1 ? 0 : 1e-6);
    assertThat(trained.getIterationCount()).isEqualTo(reference.getIterationCount());
    assertThat(trained.getEpochCount()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"1, TRUE", "2, TRUE", "3, TRUE", "2, FALSE", "2, OPS"})
  void stacksOfLayersTrainToo(int workers, FastPath fastPath) {
    MultiLayerNetwork reference = new MultiLayerNetwork(Nets.layers(new Nesterovs(0.1, 0.9)));
    reference.init();
    globalBatches(workers).forEach(reference::fit);
    MultiLayerNetwork trained = new MultiLayerNetwork(Nets.layers(new Nesterovs(0.1, 0.9)));
    trained.init();
    try (AveragingTrainingMaster master =
        new AveragingTrainingMaster(settings(workers).fastPath(fastPath))) {
      new SparkDl4jMultiLayer(spark, trained, master).fit(data());
    }
    assertThat(Nets.distance(trained.params(), reference.params())).isLessThan(1e-6);
    assertThat(trained.getIterationCount()).isEqualTo(reference.getIterationCount());
  }

  @ParameterizedTest
  @EnumSource(Reduce.class)
  void theAverageIsTheSameBytesWhereverItIsMade(Reduce reduce) {
    for (boolean bf16 : new boolean[] {false, true}) {
      TrainerConfig settings =
          bf16
              ? settings(3).exchanging(State.LOCAL_RESET, new Differences(), Wire.BF16)
              : settings(3).every(2);
      assertThat(train(Nets.normed(new Adam(0.01), 0.5), settings.reducing(reduce)))
          .isEqualTo(train(Nets.normed(new Adam(0.01), 0.5), settings));
    }
  }

  @Test
  void whatNeedsARecipeIsRefusedWithoutOne() {
    TrainerConfig plain = settings(2);
    TrainerConfig gradients = plain.exchanging(State.AVERAGE, new Gradients(), Wire.FP32);
    assertThatThrownBy(() -> train(Nets.plain(new Sgd(0.1)), gradients))
        .hasMessageStartingWith(
            "Invalid averaging.exchange: gradients (must be weights or differences where");
    TrainerConfig slow = plain.following(new SlowMo(0.5, 1, false), List.of());
    assertThatThrownBy(() -> train(Nets.plain(new Sgd(0.1)), slow))
        .hasMessageStartingWith("Invalid averaging.outer: slow-mo")
        .hasMessageContaining("must not need the learning rate where the network's own updater");
    TrainerConfig swa = plain.following(new Replace(), List.of(new Swa(0.5, true, 0)));
    assertThatThrownBy(() -> train(Nets.plain(new Sgd(0.1)), swa))
        .hasMessageStartingWith("Invalid averaging.shadows: swa (must not need the length");
  }

  @Test
  void aSecondRunGivesTheSameBytesAndAnotherSeedOthers() {
    TrainerConfig settings = settings(3).every(2);
    TrainerConfig other = settings.seed(settings.seed() + 1);
    float[] once = train(Nets.normed(new Sgd(0.1), 0.5), settings);
    assertThat(train(Nets.normed(new Sgd(0.1), 0.5), settings)).isEqualTo(once);
    assertThat(train(Nets.normed(new Sgd(0.1), 0.5), other)).isNotEqualTo(once);
  }

  @Test
  void resumedIsUninterrupted() {
    Recipe rule =
        new Recipe(
            ResolvedRate.of(new Course(0.3, 15, 100, 10), new Constant()),
            new Nesterov(0.9),
            new WeightDecay(1e-3, false));
    RunState straight;
    ComputationGraph net = Nets.plain(new Sgd(1));
    try (AveragingTrainingMaster master = new AveragingTrainingMaster(settings(2), rule)) {
      SparkComputationGraph training = new SparkComputationGraph(spark, net, master);
      training.fit(data());
      RunState half = master.state();
      training.fit(data());
      straight = master.state();
      assertThat(half.update()).isEqualTo(6);
      assertThat(half.epoch()).isEqualTo(1);
      assertThat(half.parameters().toArray()).isNotEqualTo(straight.parameters().toArray());
      try (AveragingTrainingMaster again = new AveragingTrainingMaster(settings(2), rule)) {
        again.resume(half);
        new SparkComputationGraph(spark, Nets.plain(new Sgd(1)), again).fit(data());
        assertThat(again.state()).isEqualTo(straight);
      }
    }
  }

  @Test
  void momentumOutlivesAChangeOfTheConfiguration() {
    Recipe rule = new Recipe(update -> 0.1, new Nesterov(0.9), new WeightDecay(0, false));
    ComputationGraph changed = Nets.plain(new Sgd(1));
    ComputationGraph left = Nets.plain(new Sgd(1));
    try (AveragingTrainingMaster master = new AveragingTrainingMaster(settings(2), rule);
        AveragingTrainingMaster other = new AveragingTrainingMaster(settings(2), rule)) {
      for (int epoch = 0; epoch < 2; epoch++) {
        new SparkComputationGraph(spark, changed, master).fit(data());
        new SparkComputationGraph(spark, left, other).fit(data());
        changed.getConfiguration().setTbpttFwdLength(7);
      }
      assertThat(master.state()).isEqualTo(other.state());
      ComputationGraph fresh = Nets.plain(new Sgd(1));
      new SparkComputationGraph(spark, fresh, master).fit(data());
      try (AveragingTrainingMaster third = new AveragingTrainingMaster(settings(2), rule)) {
        new SparkComputationGraph(spark, Nets.plain(new Sgd(1)), third).fit(data());
        assertThat(master.state()).isEqualTo(third.state());
      }
    }
  }

  @Test
  void weightsThatAreSetBetweenTwoEpochsAreTrainedOn() {
    ComputationGraph fresh = Nets.dense(new Sgd(0.3));
    fresh.params().muli(0.5);
    ComputationGraph used = Nets.dense(new Sgd(0.3));
    try (AveragingTrainingMaster once = new AveragingTrainingMaster(settings(2));
        AveragingTrainingMaster twice = new AveragingTrainingMaster(settings(2))) {
      SparkComputationGraph training = new SparkComputationGraph(spark, used, twice);
      training.fit(data());
      used.params().assign(fresh.params());
      new SparkComputationGraph(spark, fresh, once).fit(data());
      training.fit(data());
      assertThat(twice.state().parameters()).isEqualTo(once.state().parameters());
    }
  }

  @Test
  void replicasAreBuiltOnceAndLetGoAtTheEnd() {
    List<RoundReport> rounds = new ArrayList<>();
    AveragingTrainingMaster master = new AveragingTrainingMaster(settings(2)).listen(rounds::add);
    new SparkComputationGraph(spark, Nets.dense(new Sgd(0.1)), master).fit(data());
    assertThat(rounds).hasSize(6).extracting(RoundReport::updates).containsOnly(1);
    assertThat(rounds.stream().mapToLong(round -> round.feed().examples()).sum())
        .isEqualTo(EXAMPLES);
    assertThat(ReplicaPool.idle(ReplicaSpec.class)).isBetween(1, 2);
    master.close();
    assertThat(ReplicaPool.idle(ReplicaSpec.class)).isZero();
  }

  @Test
  void aLossThatIsNotFiniteStopsTheRunAndNamesTheUpdate() {
    ComputationGraph net = Nets.dense(new Sgd(Float.MAX_VALUE));
    try (AveragingTrainingMaster master = new AveragingTrainingMaster(settings(2))) {
      SparkComputationGraph training = new SparkComputationGraph(spark, net, master);
      assertThatThrownBy(() -> training.fit(data()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageMatching(
              "Cannot train on: the loss of update \\d+ on worker [01] in round \\d+ of epoch 1 is"
                  + " not finite; lower the learning rate or lengthen the warm-up");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWeightThatIsNotFiniteAfterTheLastUpdateStopsTheRunToo(Wire wire) {
    assertLastUpdateDiverges(
        settings(2).every(3).exchanging(State.LOCAL_RESET, new Differences(), wire),
        "update 2 on worker 0 in round 1 of epoch 1");
  }

  @Test
  void aWeightThatTheDriverMakesNotFiniteInTheLastRoundStopsTheRunToo() {
    assertLastUpdateDiverges(
        settings(2).exchanging(State.AVERAGE, new Gradients(), Wire.FP32), "update 2");
  }

  private void assertLastUpdateDiverges(TrainerConfig settings, String where) {
    Recipe rule =
        new Recipe(update -> update < 2 ? 0.1 : 1e39, new Momentum(0), new WeightDecay(0, false));
    try (AveragingTrainingMaster master = new AveragingTrainingMaster(settings, rule)) {
      SparkComputationGraph training =
          new SparkComputationGraph(spark, Nets.plain(new Sgd(1)), master);
      assertThatThrownBy(() -> training.fit(spark.parallelize(examples.subList(0, 24), 3)))
          .isInstanceOf(DivergedException.class)
          .hasMessage(
              "Cannot train on: a weight after %s is not finite; lower the learning rate or lengthen the warm-up",
              where);
    }
  }

  @Test
  void aFitThatFailsLeavesTheWeightsOfItsLastWholeRoundWithTheirCount() {
    ComputationGraph net = Nets.dense(new Nesterovs(0.1, 0.9));
    ComputationGraph straight = Nets.dense(new Nesterovs(0.1, 0.9));
    globalBatches(1).subList(0, 4).forEach(straight::fit);
    RoundListener failing =
        round -> {
          if (round.round() == 3) {
            throw new IllegalStateException("enough");
          }
        };
    try (AveragingTrainingMaster master =
        new AveragingTrainingMaster(settings(1)).listen(failing)) {
      SparkComputationGraph training = new SparkComputationGraph(spark, net, master);
      assertThatThrownBy(() -> training.fit(data())).hasMessage("enough");
      assertThat(master.state().update()).isEqualTo(4);
      assertThat(master.state().epoch()).isZero();
      assertThat(master.state().parameters().toArray())
          .isEqualTo(straight.params().toFloatVector())
          .isEqualTo(net.params().toFloatVector());
      assertThat(net.getIterationCount()).isEqualTo(4);
      assertThat(net.getUpdater().getStateViewArray().toFloatVector())
          .isEqualTo(straight.getUpdater().getStateViewArray().toFloatVector());
    }
  }

  @Test
  void networksThatAreNotServedAreRefusedBeforeSparkComputesAnything() {
    JavaRDD<DataSet> untouched =
        spark
            .parallelize(List.of(1), 1)
            .map(
                any -> {
                  throw new IllegalStateException("computed");
                });
    try (AveragingTrainingMaster master =
        new AveragingTrainingMaster(
            settings(2), new Recipe(update -> 0.1, new Nesterov(0.9), new WeightDecay(0, false)))) {
      SparkComputationGraph training =
          new SparkComputationGraph(spark, Nets.dense(new Sgd(0.1)), master);
      assertThatThrownBy(() -> training.fit(untouched))
          .hasMessageStartingWith("Cannot train by a recipe: layer hidden asks for L2");
    }
  }

  @Test
  void tooFewSlotsAreRefusedWithBothNumbers() {
    assertThatThrownBy(
            () -> train(Nets.dense(new Sgd(0.1)), settings(3).startTimeout(Duration.ofMillis(1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot train with 3 workers: local[2,4] has 2 slots (--master 'local[3,4]' has"
                + " as many, or lower training.workers)");
  }

  @Test
  void anEmptyTrainingSetIsRefused() {
    try (AveragingTrainingMaster master = new AveragingTrainingMaster(settings(2))) {
      SparkComputationGraph training =
          new SparkComputationGraph(spark, Nets.dense(new Sgd(0.1)), master);
      assertThatThrownBy(() -> training.fit(spark.<DataSet>emptyRDD()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Invalid training data: 0 examples (must be > 0)");
    }
  }

  @Test
  void entryPointsThatAreNotServedAreRefusedInOneLine() {
    try (AveragingTrainingMaster master = new AveragingTrainingMaster(settings(2))) {
      SparkComputationGraph training =
          new SparkComputationGraph(spark, Nets.dense(new Sgd(0.1)), master);
      assertThatThrownBy(() -> training.setCollectTrainingStats(true))
          .hasMessage("Cannot collect DL4J's statistics: listen to rounds with a RoundListener");
      assertThatThrownBy(master::state)
          .hasMessage("Cannot give weights: nothing has been trained yet");
    }
  }

  @Test
  void settingsOfSparkThatCannotWorkAreRefused() {
    SparkConf dynamic = new SparkConf(false).set("spark.dynamicAllocation.enabled", "true");
    assertThatThrownBy(() -> ClusterCheck.settings(dynamic))
        .hasMessage(
            "Invalid spark.dynamicAllocation.enabled: true (must be false: workers keep their"
                + " replicas on executors that stay)");
  }

  private float[] train(ComputationGraph net, TrainerConfig settings) {
    try (AveragingTrainingMaster master = new AveragingTrainingMaster(settings)) {
      SparkComputationGraph training = new SparkComputationGraph(spark, net, master);
      training.fit(data());
      training.fit(data());
      return master.state().parameters().toArray();
    }
  }

  private TrainerConfig settings(int workers) {
    return new TrainerConfig(workers, BATCH).startTimeout(Duration.ZERO);
  }

  private JavaRDD<DataSet> data() {
    return spark.parallelize(examples, 3);
  }

  /** The examples of each update over all workers, by the words of the plan. */
  private List<DataSet> globalBatches(int workers) {
    List<List<DataSet>> shares = new ArrayList<>();
    int start = 0;
    for (int worker = 0; worker < workers; worker++) {
      int share = EXAMPLES / workers + (worker < EXAMPLES % workers ? 1 : 0);
      shares.add(examples.subList(start, start + share));
      start += share;
    }
    List<DataSet> batches = new ArrayList<>();
    for (int from = 0; from < shares.get(0).size(); from += BATCH) {
      List<DataSet> batch = new ArrayList<>();
      for (List<DataSet> share : shares) {
        batch.addAll(
            share.subList(Math.min(from, share.size()), Math.min(from + BATCH, share.size())));
      }
      batches.add(DataSet.merge(batch));
    }
    return batches;
  }
}
