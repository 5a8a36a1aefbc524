package io.millrace.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.SharedSpark;
import io.millrace.exchange.AveragingConfig.State;
import io.millrace.exchange.Exchange;
import io.millrace.exchange.Gradients;
import io.millrace.exchange.Weights;
import io.millrace.exchange.Wire;
import io.millrace.recipe.Adam;
import io.millrace.recipe.Divergence;
import io.millrace.recipe.Recipe;
import io.millrace.recipe.Setbacks;
import io.millrace.recipe.WeightDecay;
import io.millrace.replica.TrainerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;

/** Updates that a roll-back leaves out, under Adam, whose step counts those its state has seen. */
class LeftOutTest {
  private static final int BATCH = 4;
  private static final Recipe ADAM =
      new Recipe(update -> 0.1, new Adam(0.9, 0.999, 1e-8), new WeightDecay(0, false));
  private static final Setbacks SETBACKS =
      Setbacks.NONE.and(1, 1, skipping(2)).and(4, 0, skipping(2));

  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext());
  private final List<DataSet> examples = Nets.examples(2 * 6 * BATCH, 3);

  private static Divergence skipping(int updates) {
    return new Divergence(Divergence.Action.ROLLBACK, 1, updates, 3);
  }

  /** Two epochs of one round, or six of them. */
  @ParameterizedTest
  @CsvSource({"false, 3", "false, 1", "true, 1"})
  void anUpdateThatIsLeftOutIsAsIfItsExamplesWereNotThere(boolean gradients, int every) {
    List<RoundReport> left = new ArrayList<>();
    List<RoundReport> without = new ArrayList<>();
    TrainerConfig settings = settings(gradients ? new Gradients() : new Weights(), every);
    float[] some = train(settings, ADAM.after(SETBACKS), every, List.of(0, 1, 2, 3, 4, 5), left);
    float[] fewer =
        every == 1
            ? train(settings, ADAM, 1, List.of(0, 2, 5), without)
            : train(settings, ADAM, List.of(List.of(0, 2), List.of(5)), without);
    assertThat(some).containsExactly(fewer);
    assertThat(sum(left, RoundReport.LEFT_OUT)).isEqualTo(3);
    assertThat(sum(left, RoundReport.LEFT_OUT_EXAMPLES)).isEqualTo(3 * 2 * BATCH);
    assertThat(sum(left, RoundReport.LOSS)).isEqualTo(sum(without, RoundReport.LOSS));
    assertThat(left).allMatch(each -> each.measures().value(RoundReport.ROLLBACKS) == 2);
    assertThat(without).noneMatch(each -> each.measures().names().contains("rollbacks"));
    assertThat(left.stream().mapToLong(each -> each.feed().examples()).sum())
        .as("their examples are counted all the same")
        .isEqualTo(examples.size());
  }

  private static double sum(List<RoundReport> rounds, String measure) {
    return rounds.stream().mapToDouble(each -> each.measures().sum(measure)).sum();
  }

  private static TrainerConfig settings(Exchange exchange, int every) {
    return new TrainerConfig(2, BATCH)
        .every(every)
        .exchanging(State.AVERAGE, exchange, Wire.FP32)
        .startTimeout(Duration.ZERO);
  }

  private float[] train(
      TrainerConfig settings,
      Recipe recipe,
      int every,
      List<Integer> batches,
      List<RoundReport> rounds) {
    List<List<Integer>> epochs = new ArrayList<>();
    for (int i = 0; i < batches.size(); i += every) {
      epochs.add(batches.subList(i, i + every));
    }
    return train(settings, recipe, epochs, rounds);
  }

  private float[] train(
      TrainerConfig settings, Recipe recipe, List<List<Integer>> epochs, List<RoundReport> rounds) {
    try (AveragingTrainingMaster master = new AveragingTrainingMaster(settings, recipe)) {
      master.listen(rounds::add);
      var training = new SparkComputationGraph(spark, Nets.plain(new Sgd(1)), master);
      for (List<Integer> epoch : epochs) {
        var round =
            new GivenRound(spark.sc(), List.of(minibatches(epoch, 0), minibatches(epoch, 1)));
        training.fit(round.toJavaRDD());
      }
      return master.parameters().toArray();
    }
  }

  private List<DataSet> minibatches(List<Integer> batches, int worker) {
    return batches.stream()
        .map(batch -> (2 * batch + worker) * BATCH)
        .map(first -> DataSet.merge(examples.subList(first, first + BATCH)))
        .toList();
  }
}
