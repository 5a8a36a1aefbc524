package io.millrace.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.SharedSpark;
import io.millrace.replica.TrainerConfig;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.core.storage.impl.CollectionStatsStorageRouter;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.listeners.PerformanceListener;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Nesterovs;

/** DL4J's own listeners under the master. */
class ListenersTest {
  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext());
  private final List<DataSet> examples = Nets.examples(22, 3);
  private final Seen seen = new Seen();
  private final List<Double> losses = new ArrayList<>();

  private AveragingTrainingMaster master() {
    return new AveragingTrainingMaster(new TrainerConfig(2, 4).startTimeout(Duration.ZERO))
        .listen(round -> losses.add(round.loss()));
  }

  @Test
  void aGraphShowsThemScoreAndBatchOfEachRound() {
    ComputationGraph net = Nets.dense(new Nesterovs(0.1, 0.9));
    try (AveragingTrainingMaster master = master()) {
      SparkComputationGraph training = new SparkComputationGraph(spark, net, master);
      training.setListeners(new ScoreIterationListener(1), new PerformanceListener(1, true), seen);
      training.fit(spark.parallelize(examples, 2));
      check(net, net.getInputs());
      assertThat(training.getScore()).isPositive();
    }
  }

  @Test
  void aStackShowsThemScoreAndBatchOfEachRound() {
    MultiLayerNetwork net = new MultiLayerNetwork(Nets.layers(new Nesterovs(0.1, 0.9)));
    try (AveragingTrainingMaster master = master()) {
      SparkDl4jMultiLayer training = new SparkDl4jMultiLayer(spark, net, master);
      training.setListeners(new ScoreIterationListener(1), new PerformanceListener(1), seen);
      training.fit(spark.parallelize(examples, 2));
      check(net, net.input());
      training.fit(spark.parallelize(examples, 2));
      assertThat(master.state().state().toArray())
          .isEqualTo(net.getUpdater().getStateViewArray().toFloatVector());
    }
  }

  private void check(Model net, Object input) {
    assertThat(seen.batches).containsExactly(8, 8, 6);
    assertThat(seen.iterations).containsExactly(1, 2, 3);
    assertThat(losses).hasSize(3);
    for (int round = 0; round < 3; round++) {
      assertThat(seen.scores.get(round)).isPositive().isCloseTo(losses.get(round), within(1e-9));
    }
    assertThat(net.score()).isEqualTo(seen.scores.get(2));
    assertThat(input).isNull();
  }

  @Test
  void aListenerThatThrowsIsNamed() {
    try (AveragingTrainingMaster master = master()) {
      SparkComputationGraph training =
          new SparkComputationGraph(spark, Nets.dense(new Nesterovs(0.1, 0.9)), master);
      training.setListeners(new Throwing());
      assertThatThrownBy(() -> training.fit(spark.parallelize(examples, 2)))
          .hasMessage(
              "Cannot train on: listener io.millrace.training.ListenersTest$Throwing failed:"
                  + " java.lang.IllegalArgumentException: not today");
    }
  }

  @Test
  void routersOfStatisticsAreRefused() {
    try (AveragingTrainingMaster master = master()) {
      SparkComputationGraph training =
          new SparkComputationGraph(spark, Nets.dense(new Nesterovs(0.1, 0.9)), master);
      assertThatThrownBy(
              () ->
                  training.setListeners(
                      new CollectionStatsStorageRouter(
                          new ArrayList<>(), new ArrayList<>(), new ArrayList<>()),
                      seen))
          .hasMessage("Cannot route statistics: listen to rounds with a RoundListener");
    }
  }

  private static final class Seen extends BaseTrainingListener implements Serializable {
    private final List<Double> scores = new ArrayList<>();
    private final List<Integer> batches = new ArrayList<>();
    private final List<Integer> iterations = new ArrayList<>();

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      scores.add(model.score());
      batches.add(model.batchSize());
      iterations.add(iteration);
    }
  }

  private static final class Throwing extends BaseTrainingListener {
    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      throw new IllegalArgumentException("not today");
    }
  }
}
