package io.millrace.lrfind;

import io.millrace.epoch.RoundCut;
import io.millrace.epoch.TrainingFeed;
import io.millrace.recipe.Schedule;
import io.millrace.replica.TeacherSpec;
import io.millrace.replica.TrainerConfig;
import io.millrace.run.TrainingSetup;
import io.millrace.training.AveragingTrainingMaster;
import io.millrace.training.DivergedException;
import io.millrace.training.RoundReport;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;

/**
 * Trains for a range test, as a run does but for the rate and for an averaging after each update;
 * the weights are let go. Runs on the driver.
 */
final class RangeTestRun {
  private final RangeTest test;
  private final TrainingSetup setup;
  private final BooleanSupplier stop;
  private final LongConsumer watcher;
  private final Curve curve;
  private long examples;
  private boolean stopped;
  private boolean lost;

  /**
   * A test.
   *
   * @param stop asked after each round whether to end here
   * @param watcher is told after each round how many examples are through
   */
  RangeTestRun(RangeTest test, TrainingSetup setup, BooleanSupplier stop, LongConsumer watcher) {
    this.test = test;
    this.setup = setup;
    this.stop = stop;
    this.watcher = watcher;
    this.curve = new Curve(test);
  }

  /**
   * A finished test.
   *
   * @param curve its losses
   * @param end why it ended, in words
   * @param stopped whether that is because somebody asked for it
   */
  record Outcome(Curve curve, String end, boolean stopped) {}

  /** Ends an epoch within; nothing has gone wrong. */
  private static final class Over extends RuntimeException {
    private static final long serialVersionUID = 1;

    Over() {
      super("the range test is over", null, false, false);
    }
  }

  /** Trains a network, which is not to be used afterwards. */
  Outcome run(JavaSparkContext spark, ComputationGraph network) {
    int updates = setup.shape().updates();
    int epochs = (test.updates() - 1) / updates + 1;
    try (TrainingFeed feed =
            new TrainingFeed(
                spark,
                setup.feed().of(UUID.randomUUID().toString(), epochs),
                setup.config().shuffle().order());
        TeacherSpec teacher = setup.teach(spark);
        AveragingTrainingMaster master =
            new AveragingTrainingMaster(trainer().taughtBy(teacher), setup.recipe().under(test))) {
      var net = new SparkComputationGraph(spark, network, master.listen(this::roundEnded));
      for (int epoch = 0; epoch < epochs; epoch++) {
        net.fit(feed.epoch(epoch, RoundCut.fixed(1, updates)));
      }
      throw new IllegalStateException("Cannot end a range test after " + epochs + " epochs");
    } catch (Over e) {
      return new Outcome(curve, end(), stopped);
    } catch (DivergedException e) {
      lost = true;
      return new Outcome(curve, end(), false);
    }
  }

  /** Averaged after each update; nothing that only follows the weights. */
  private TrainerConfig trainer() {
    return setup.trainer().every(1).following(setup.config().averaging().outer(), List.of());
  }

  private void roundEnded(RoundReport round) {
    examples += round.feed().examples();
    watcher.accept(examples);
    lost = !Double.isFinite(round.loss());
    boolean goesOn = !lost && curve.add(round.loss());
    stopped = goesOn && stop.getAsBoolean();
    if (stopped || !goesOn) {
      throw new Over();
    }
  }

  private String end() {
    if (stopped) {
      return "stopped on request";
    }
    if (lost) {
      return "at rate %s the loss or a weight was no longer finite"
          .formatted(Schedule.text(test.rate(curve.points().size())));
    }
    return curve.hasRisen()
        ? "the smoothed loss rose above %s times its least".formatted(Schedule.text(test.stop()))
        : "all rates were tried";
  }
}
