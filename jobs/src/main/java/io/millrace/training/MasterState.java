package io.millrace.training;

import io.millrace.backend.Compute;
import io.millrace.cluster.ClusterCheck;
import io.millrace.epoch.RoundRdd;
import io.millrace.recipe.Recipe;
import io.millrace.replica.ReplicaSpec;
import io.millrace.replica.TrainableNet;
import io.millrace.replica.TrainerConfig;
import io.millrace.wire.FlatArrays;
import io.millrace.wire.WeightVector;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** A network under training on the driver: its weights, its optimiser state and its rounds. */
final class MasterState implements AutoCloseable {
  private final JavaSparkContext spark;
  private final TrainableNet net;
  private final ReplicaSpec spec;
  private final ParameterAverager averager;
  private final INDArray state;
  private boolean started;

  MasterState(
      JavaSparkContext spark,
      TrainableNet net,
      Recipe recipe,
      TrainerConfig settings,
      boolean weighted) {
    this.spark = spark;
    this.net = net;
    this.spec = ReplicaSpec.of(UUID.randomUUID().toString(), net, recipe, settings);
    this.averager = new ParameterAverager(spark, spec, recipe, weighted);
    this.state = recipe == null ? net.updaterState() : zeros(spec.state().length());
  }

  private static INDArray zeros(long length) {
    return length == 0 ? null : Nd4j.zeros(DataType.FLOAT, length);
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
    if (net.model() != before.net.model() || spec.rule() == null || before.state == null) {
      return true;
    }
    if (spec.state().difference(before.spec.state()).isPresent()) {
      return false;
    }
    state.assign(before.state);
    return true;
  }

  /** Trains one epoch; the network then has the new weights. */
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
    averager.start(current(), net.update());
    try {
      averager.train(rdd, plan, net.epoch(), listener);
    } finally {
      copyBack(); // also of an epoch that failed: what its whole rounds made, with their count
    }
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
    copyBack();
    long examples = Math.max(1, round.feed().examples());
    net.show(round.lossSum() / examples, examples);
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

  /** Weights, state and counters after the last round; nothing is copied. */
  MasterWeights weights() {
    long parameters = spec.parameters().length();
    long length = spec.state().length();
    return new MasterWeights(
        new WeightVector(averager.master(), 0, parameters),
        spec.stateTravels()
            ? new WeightVector(averager.master(), parameters, length)
            : WeightVector.zeros(length),
        net.update(),
        net.epoch());
  }

  /** Updates that are done. */
  long update() {
    return net.update();
  }

  /** Holds the run to what an earlier stretch of it was computed with. */
  void expect(Compute earlier, boolean accepted) {
    averager.expect(earlier, accepted);
  }

  /** What the workers computed with; empty before the first round. */
  Optional<Compute> compute() {
    return averager.compute();
  }

  /** Sets weights, state and counters. */
  void restore(MasterWeights weights) {
    fit("parameters", weights.parameters().length(), spec.parameters().length());
    fit("elements of optimiser state", weights.state().length(), spec.state().length());
    weights.parameters().copyTo(net.weights());
    if (state != null) {
      weights.state().copyTo(state);
    }
    net.count(weights.update(), weights.epoch());
  }

  @Override
  public void close() {
    averager.close();
  }

  /**
   * The network's weights and travelling state: those of the last epoch, unless somebody set them.
   */
  private byte[][] current() {
    byte[][] last = averager.master();
    return last != null && travelling().sameAs(last) ? last : travelling().slices();
  }

  private void copyBack() {
    travelling().set(averager.master());
    if (state != null && !spec.stateTravels()) {
      state.assign(0);
    }
    net.count(averager.update(), net.epoch());
  }

  private FlatArrays travelling() {
    return new FlatArrays(
        state != null && spec.stateTravels()
            ? List.of(net.weights(), state)
            : List.of(net.weights()));
  }

  private static void fit(String what, long given, long needed) {
    if (given != needed) {
      throw new IllegalArgumentException(
          "Cannot resume: the checkpoint has %d %s (must be %d)".formatted(given, what, needed));
    }
  }
}
