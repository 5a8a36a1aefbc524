package io.millrace.training;

import io.millrace.backend.Compute;
import io.millrace.cluster.ClusterCheck;
import io.millrace.cluster.FaultsConfig;
import io.millrace.epoch.RoundRdd;
import io.millrace.recipe.LearningRate;
import io.millrace.recipe.Pace;
import io.millrace.recipe.Recipe;
import io.millrace.replica.ReplicaSpec;
import io.millrace.replica.TrainableNet;
import io.millrace.replica.TrainerConfig;
import io.millrace.state.Position;
import io.millrace.state.RunState;
import io.millrace.wire.WeightVector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.dataset.DataSet;

/** A network under training on the driver: its weights, its optimiser state and its rounds. */
final class MasterState implements AutoCloseable {
  private final JavaSparkContext spark;
  private final TrainableNet net;
  private final ReplicaSpec spec;
  private final Pace pace;
  private final Master master;
  private final ParameterAverager averager;
  private final TrainedPart part;
  private final MasterMemory memory;
  private final EpochProgress progress;
  private boolean started;

  MasterState(
      JavaSparkContext spark,
      TrainableNet net,
      Recipe recipe,
      TrainerConfig settings,
      FaultsConfig faults,
      boolean weighted) {
    this.spark = spark;
    this.net = net;
    this.spec = ReplicaSpec.of(UUID.randomUUID().toString(), net, recipe, settings);
    this.pace = recipe == null ? null : new Pace(recipe, spec.rule().groups());
    this.part = new TrainedPart(spec);
    this.master = new Master(spec, pace);
    this.averager = new ParameterAverager(spark, spec, pace, master, faults, weighted);
    this.memory = new MasterMemory(net, spec, master, part, recipe);
    this.progress = new EpochProgress(net);
  }

  /** Whether replicas made for this state serve that network too. */
  boolean fits(JavaSparkContext otherSpark, TrainableNet other) {
    return spark.sc() == otherSpark.sc()
        && net.model() == other.model()
        && spec.configuration().equals(other.configuration());
  }

  /**
   * Takes over what a recipe remembers of the same network, whose configuration has changed since;
   * a network's own updater remembers by itself.
   *
   * @return whether nothing was forgotten
   */
  boolean remember(MasterState before) {
    return memory.takeOver(before.memory);
  }

  /** Trains one epoch, or what a checkpoint has left of it; the network then has the weights. */
  void train(RDD<DataSet> rdd, RoundRdd plan, RoundListener listener) {
    TrainerConfig settings = spec.settings();
    if (plan.workers() != settings.workers()) {
      throw new IllegalArgumentException(
          "Invalid workers: %d (must be %d, those of the epoch's plan)"
              .formatted(settings.workers(), plan.workers()));
    }
    if (!started) { // after a loss, rounds go in waves with the same weights
      ClusterCheck.settings(spark.getConf());
      ClusterCheck.awaitSlots(spark, settings.workers(), settings.startTimeout(), () -> false);
      started = true;
    }
    int round = progress.begin(plan);
    part.hold(net.weights()).ifPresent(averager::freeze);
    memory.begin();
    averager.start(net.update());
    try {
      averager.train(
          rdd,
          plan,
          net.epoch(),
          round,
          report -> {
            ended(report);
            listener.roundEnded(report);
          });
    } finally {
      memory.copyBack(
          averager
              .update()); // also of an epoch that failed: what its whole rounds made, with their
      // count
    }
  }

  private void ended(RoundReport report) {
    progress.roundEnded(report.updates(), averager.update());
    net.count(averager.update(), net.epoch());
  }

  /**
   * Tells DL4J's listeners of a finished round.
   *
   * @throws IllegalStateException naming a listener that throws
   */
  void tell(List<TrainingListener> listeners, RoundReport round) {
    if (listeners.isEmpty()) {
      return;
    }
    memory.copyBack(averager.update());
    long examples = Math.max(1, round.feed().examples());
    net.show(round.loss(), examples);
    try {
      listeners.forEach(this::tell);
    } finally {
      net.hide();
    }
  }

  private void tell(TrainingListener listener) {
    try {
      listener.iterationDone(net.model(), Math.toIntExact(net.update()), net.epoch());
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "Cannot train on: listener %s failed: %s".formatted(listener.getClass().getName(), e), e);
    }
  }

  /** The weights after the last round; not copied where all of them are trained. */
  WeightVector parameters() {
    return memory.parameters();
  }

  /** All that the trainer remembers after the last round. */
  RunState state() {
    return memory.save(position());
  }

  /** How far the weights have come. */
  Position position() {
    return progress.position();
  }

  /**
   * The weights of the shadows that have any, by name, ready to be used: batch norms of those that
   * ask for it are measured anew.
   *
   * @param data minibatches to measure by
   */
  Map<String, WeightVector> shadows(Supplier<JavaRDD<DataSet>> data) {
    Map<String, WeightVector> shadows = new LinkedHashMap<>();
    for (ShadowState each : master.shadows()) {
      if (each.isThere()) {
        double share = spec.statistics().isEmpty() ? 0 : each.shadow().recalibrate();
        shadows.put(
            each.name(),
            part.whole(
                share == 0
                    ? each.weights()
                    : recalibrated(each.weights(), data.get().rdd(), share)));
      }
    }
    return shadows;
  }

  private WeightVector recalibrated(WeightVector weights, RDD<DataSet> rdd, double share) {
    if (!(rdd instanceof RoundRdd plan)) {
      throw new IllegalArgumentException(
          "Cannot measure batch norms by this RDD (must be a RoundRdd)");
    }
    return averager.recalibrated(weights, rdd, plan, share, net.epoch());
  }

  /**
   * The rate of each update under the recipe, as far as it is known now.
   *
   * @throws IllegalStateException where the network's own updater has the rate
   */
  LearningRate rate() {
    if (pace == null) {
      throw new IllegalStateException("Cannot tell rates: the network's own updater has them");
    }
    return pace.known();
  }

  /** Lets the rates of a recipe follow the metrics of an epoch. */
  void epochEnded(Map<String, Double> metrics) {
    if (pace != null) {
      pace.epochEnded(metrics, net.update());
    }
  }

  /** Updates that were done when the epoch began that {@code fit} trains. */
  long epochStart() {
    return progress.epochStart();
  }

  /** Holds the run to what an earlier stretch of it was computed with. */
  void expect(Compute earlier, boolean accepted) {
    averager.expect(earlier, accepted);
  }

  /** What the workers computed with; empty before the first round. */
  Optional<Compute> compute() {
    return averager.compute();
  }

  /**
   * Goes on from all that was remembered.
   *
   * @param begins whether a stage begins, in which somebody may have nothing to go on from
   */
  void restore(RunState run, boolean begins) {
    memory.restore(run, begins);
    progress.resume(run.position());
  }

  @Override
  public void close() {
    averager.close();
  }
}
