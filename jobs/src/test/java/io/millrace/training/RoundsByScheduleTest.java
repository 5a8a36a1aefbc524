package io.millrace.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.SharedSpark;
import io.millrace.exchange.AfterWarmup;
import io.millrace.exchange.Every;
import io.millrace.exchange.PostLocal;
import io.millrace.exchange.Qsr;
import io.millrace.recipe.Cosine;
import io.millrace.recipe.Course;
import io.millrace.recipe.Divergence;
import io.millrace.recipe.Metric;
import io.millrace.recipe.MultiStep;
import io.millrace.recipe.Nesterov;
import io.millrace.recipe.Pace;
import io.millrace.recipe.Plateau;
import io.millrace.recipe.Recipe;
import io.millrace.recipe.ResolvedRate;
import io.millrace.recipe.Schedule;
import io.millrace.recipe.Setbacks;
import io.millrace.recipe.WeightDecay;
import io.millrace.replica.TrainerConfig;
import io.millrace.state.RunState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;

/** Rounds of a foreign RDD whose length follows the run: 42 examples, 6 updates an epoch. */
class RoundsByScheduleTest {
  private static final Divergence ROLL_BACK = new Divergence(Divergence.Action.ROLLBACK, 0.5, 1, 3);

  private static final int EPOCHS = 2;
  private static final Course COURSE = new Course(0.2, 3, 12, 6);

  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext());
  private final List<DataSet> examples = Nets.examples(42, 5);

  private static TrainerConfig settings(Every every) {
    return new TrainerConfig(2, 4).every(every).startTimeout(Duration.ZERO);
  }

  private static Recipe recipe() {
    return recipe(new Cosine(0));
  }

  private static Recipe recipe(Schedule schedule) {
    ResolvedRate rate = ResolvedRate.of(COURSE, schedule);
    return new Recipe(rate, new Nesterov(0.9), new WeightDecay(1e-3, false));
  }

  private JavaRDD<DataSet> data() {
    return spark.parallelize(examples, 3);
  }

  /** Updates of each round, and weights after each epoch. */
  private record Trained(List<Integer> rounds, List<RunState> weights) {}

  private Trained train(Every every) {
    List<Integer> rounds = new ArrayList<>();
    List<RunState> weights = new ArrayList<>();
    try (AveragingTrainingMaster master =
        new AveragingTrainingMaster(settings(every), recipe())
            .listen(round -> rounds.add(round.updates()))) {
      var training = new SparkComputationGraph(spark, Nets.plain(new Sgd(1)), master);
      for (int epoch = 0; epoch < EPOCHS; epoch++) {
        training.fit(data());
        weights.add(master.state());
      }
    }
    return new Trained(rounds, weights);
  }

  @Test
  void roundsAreAsLongAsTheScheduleSays() {
    assertThat(train(new AfterWarmup(2)).rounds()).containsExactly(1, 1, 1, 2, 1, 2, 2, 2);
    assertThat(train(new PostLocal(4, null)).rounds()).containsExactly(1, 1, 1, 1, 1, 1, 4, 2);
    assertThat(train(new Qsr(1, 0.2)).rounds()).containsExactly(1, 1, 1, 1, 1, 1, 1, 2, 3);
  }

  @Test
  void roundsFollowTheFallsOfTheRate() {
    assertThat(rounds(new MultiStep(List.of(0.7), 0.1), 2)).containsExactly(1, 1, 1, 1, 2, 4, 2);
    assertThat(rounds(new MultiStep(List.of(1.5), 0.1), 2))
        .containsExactly(1, 1, 1, 1, 1, 1, 1, 1, 1, 3);
    Plateau plateau = new Plateau(Metric.VAL_LOSS, 0.1, 0, 0, true, 0, 0);
    assertThat(rounds(plateau, 3)).containsExactly(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 4, 2);
  }

  /** All rates are halved, which is no step of the schedule. */
  @Test
  void aRollBackIsNoFallOfTheRate() {
    Recipe recipe = recipe(new MultiStep(List.of(0.7), 0.1));
    Pace back = new Pace(recipe.after(Setbacks.NONE.and(1, 0, ROLL_BACK)));
    PostLocal postLocal = new PostLocal(4, null);
    ResolvedRate plan = (ResolvedRate) recipe.rate();
    for (long update = 0; update < 20; update++) {
      assertThat(postLocal.updates(update, plan, back.known()))
          .as("update %d", update)
          .isEqualTo(postLocal.updates(update, plan, new Pace(recipe).known()));
    }
    assertThat(back.known().rate(4)).isEqualTo(new Pace(recipe).known().rate(4) / 2);
  }

  /** Rounds of post-local SGD in epochs of which none is better than the first. */
  private List<Integer> rounds(Schedule schedule, int epochs) {
    List<Integer> rounds = new ArrayList<>();
    try (AveragingTrainingMaster master =
        new AveragingTrainingMaster(settings(new PostLocal(4, null)), recipe(schedule))
            .listen(round -> rounds.add(round.updates()))) {
      var training = new SparkComputationGraph(spark, Nets.plain(new Sgd(1)), master);
      for (int epoch = 0; epoch < epochs; epoch++) {
        training.fit(data());
        master.epochEnded(Map.of(Metric.VAL_LOSS.key(), 1.0));
      }
    }
    return rounds;
  }

  @Test
  void resumedAtTheEndOfAnEpochIsUninterruptedAndAnotherScheduleIsAnotherRun() {
    Trained straight = train(new Qsr(1, 0.2));
    try (AveragingTrainingMaster again =
        new AveragingTrainingMaster(settings(new Qsr(1, 0.2)), recipe())) {
      again.resume(straight.weights().get(0));
      new SparkComputationGraph(spark, Nets.plain(new Sgd(1)), again).fit(data());
      assertThat(again.state()).isEqualTo(straight.weights().get(1));
    }
    assertThat(train(new PostLocal(4, null)).weights().get(1))
        .isNotEqualTo(straight.weights().get(1));
  }

  @Test
  void roundsOfOneUpdateAreThoseOfTheNumberOne() {
    assertThat(train(new PostLocal(1, null))).isEqualTo(train(settingsOne()));
  }

  private static Every settingsOne() {
    return (update, plan, known) -> 1;
  }

  @Test
  void aScheduleIsRefusedWhereTheNetworksOwnUpdaterKnowsTheRates() {
    try (AveragingTrainingMaster master = new AveragingTrainingMaster(settings(new Qsr(1, 0.2)))) {
      var training = new SparkComputationGraph(spark, Nets.plain(new Sgd(0.1)), master);
      assertThatThrownBy(() -> training.fit(data()))
          .hasMessage(
              "Invalid averaging.every: Qsr[base=1, alpha=0.2] (must be a number where no recipe"
                  + " tells the run's rates)");
    }
  }
}
