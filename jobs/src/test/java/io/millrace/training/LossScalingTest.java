package io.millrace.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.SharedSpark;
import io.millrace.exchange.AveragingConfig.State;
import io.millrace.exchange.Exchange;
import io.millrace.exchange.Gradients;
import io.millrace.exchange.Weights;
import io.millrace.exchange.Wire;
import io.millrace.precision.Bf16;
import io.millrace.precision.Fp16;
import io.millrace.recipe.Adam;
import io.millrace.recipe.Recipe;
import io.millrace.recipe.WeightDecay;
import io.millrace.replica.TrainerConfig;
import io.millrace.state.RunState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Updates in fp16 that overflow on one of two workers. */
class LossScalingTest {
  private static final int BATCH = 4;
  private static final double SCALE = 1024;

  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext());

  /** Four updates of two workers; one example is beyond the range of fp16. */
  private static List<DataSet> data(boolean overflows) {
    Random random = new Random(5);
    List<DataSet> examples = new ArrayList<>();
    for (int i = 0; i < 4 * 2 * BATCH; i++) {
      float[] features = new float[Nets.FEATURES];
      for (int j = 0; j < features.length; j++) {
        features[j] = (float) random.nextGaussian() * (overflows && i == 9 ? 1e30f : 1);
      }
      INDArray label = Nd4j.zeros(1, Nets.CLASSES);
      label.putScalar(random.nextInt(Nets.CLASSES), 1);
      examples.add(new DataSet(Nd4j.create(features, new long[] {1, features.length}), label));
    }
    return examples;
  }

  /** Two epochs, with what was reported of each round and the weights after it. */
  private final class Run {
    final List<RoundReport> rounds = new ArrayList<>();
    final List<float[]> weights = new ArrayList<>();
    final RunState half;
    final RunState end;

    Run(TrainerConfig settings, Recipe recipe, boolean overflows, RunState from) {
      ComputationGraph net = Nets.plain(new Sgd(1));
      try (AveragingTrainingMaster master = new AveragingTrainingMaster(settings, recipe)) {
        master.listen(
            round -> {
              rounds.add(round);
              weights.add(master.parameters().toArray());
            });
        SparkComputationGraph training = new SparkComputationGraph(spark, net, master);
        if (from == null) {
          training.fit(spark.parallelize(data(overflows), 2));
          half = master.state();
        } else {
          master.resume(from);
          half = from;
        }
        training.fit(spark.parallelize(data(overflows), 2));
        end = master.state();
      }
    }

    double measured(int round, String name) {
      return rounds.get(round).measures().value(name);
    }

    /** The round of the first epoch in which something overflowed. */
    int overflowing() {
      List<Integer> found =
          Stream.iterate(0, i -> i < rounds.size() / 2, i -> i + 1)
              .filter(i -> rounds.get(i).measures().sum(RoundReport.OVERFLOWS) > 0)
              .toList();
      assertThat(found).hasSize(1);
      return found.get(0);
    }
  }

  private static TrainerConfig settings(int every, Exchange exchange) {
    return new TrainerConfig(2, BATCH)
        .every(every)
        .exchanging(State.AVERAGE, exchange, Wire.FP32)
        .precision(new Fp16(SCALE, 2, 4, 0.5))
        .startTimeout(Duration.ZERO);
  }

  private static Recipe adam() {
    return new Recipe(update -> 0.01, new Adam(0.9, 0.999, 1e-8), new WeightDecay(0, false));
  }

  static Stream<Exchange> exchanges() {
    return Stream.of(new Weights(), new Gradients());
  }

  @ParameterizedTest
  @MethodSource("exchanges")
  void anUpdateThatOverflowsOnOneWorkerIsSkippedOnAll(Exchange exchange) {
    Run run = new Run(settings(1, exchange), adam(), true, null);
    int skipped = run.overflowing();

    assertThat(run.measured(skipped, RoundReport.OVERFLOWS)).isEqualTo(1);
    assertThat(run.measured(skipped, RoundReport.OVERFLOWN)).isEqualTo(BATCH);
    assertThat(run.measured(skipped, RoundReport.SKIPPED)).isEqualTo(1);
    for (int i = 0; i < run.rounds.size() / 2; i++) {
      float[] before =
          i == 0 ? Nets.plain(new Sgd(1)).params().data().asFloat() : run.weights.get(i - 1);
      if (i == skipped) {
        assertThat(run.weights.get(i)).as("round %d", i).containsExactly(before);
      } else {
        assertThat(run.weights.get(i)).as("round %d", i).isNotEqualTo(before);
      }
    }
    RoundReport round = run.rounds.get(skipped);
    assertThat(round.measures().weight(RoundReport.LOSS)).isEqualTo(BATCH);
    assertThat(round.loss()).isEqualTo(round.measures().sum(RoundReport.LOSS) / BATCH);
    double before = run.measured(skipped, RoundReport.LOSS_SCALE);
    assertThat(run.measured(skipped + 1, RoundReport.LOSS_SCALE)).isEqualTo(before / 2);
    assertThat(run.end.update()).as("updates go on").isEqualTo(8);
    assertThat(run.end.memories().get("loss-scale").figure("skipped")).isEqualTo(2);
  }

  @Test
  void aWorkerSkipsItsOwnUpdateOfALongerRoundAndTheOtherGoesOn() {
    Run run = new Run(settings(2, new Weights()), adam(), true, null);
    int round = run.overflowing();

    assertThat(run.measured(round, RoundReport.OVERFLOWS)).isEqualTo(1);
    assertThat(run.measured(round, RoundReport.SKIPPED)).isZero();
    assertThat(run.end.memories().get("loss-scale").figure("skipped")).isZero();
    assertThat(run.measured(1, RoundReport.LOSS_SCALE))
        .isEqualTo(round == 0 ? SCALE / 2 : SCALE * 4);
    assertThat(run.weights.get(round)).doesNotContain(Float.NaN, Float.POSITIVE_INFINITY);
    float[] clean = new Run(settings(2, new Weights()), adam(), false, null).weights.get(round);
    assertThat(run.weights.get(round)).isNotEqualTo(clean);
  }

  @Test
  void aResumedRunScalesAndCountsAsAnUninterruptedOne() {
    Run straight = new Run(settings(1, new Weights()), adam(), true, null);
    Run resumed = new Run(settings(1, new Weights()), adam(), true, straight.half);

    assertThat(straight.half.memories()).containsKey("loss-scale");
    assertThat(resumed.end).isEqualTo(straight.end);
    assertThat(resumed.end).isNotEqualTo(straight.half);
  }

  @Test
  void whatOverflowsWhateverTheScaleEndsTheRun() {
    TrainerConfig settings = settings(1, new Weights()).precision(new Fp16(0x1p-29, 2, 1, 0.5));
    assertThatThrownBy(() -> new Run(settings, adam(), true, null))
        .isInstanceOf(DivergedException.class)
        .hasMessageContaining("a gradient under a loss scale of");
  }

  /** The gradient of a minibatch of as many examples as its scale says is multiplied by 1. */
  @ParameterizedTest
  @MethodSource("exchanges")
  void anOverflowIsSeenUnderAScaleOfTheBatch(Exchange exchange) {
    TrainerConfig settings = settings(1, exchange).precision(new Fp16(BATCH, 100, 2, 0.5));
    Run run = new Run(settings, adam(), true, null);
    int skipped = run.overflowing();
    assertThat(run.measured(skipped, RoundReport.LOSS_SCALE)).isEqualTo(BATCH);
    assertThat(run.measured(skipped, RoundReport.SKIPPED)).isEqualTo(1);
  }

  @Test
  void aNetworksOwnUpdaterTakesNoScaledGradients() {
    assertThatThrownBy(() -> new Run(settings(1, new Weights()), null, false, null))
        .hasMessage(
            "Invalid precision: fp16 (must need no loss scale where the network's own updater makes"
                + " the updates, or give the master a recipe)");
    Run own = new Run(settings(1, new Weights()).precision(new Bf16()), null, false, null);
    assertThat(own.rounds).noneMatch(each -> each.measures().names().contains("loss_scale"));
  }
}
