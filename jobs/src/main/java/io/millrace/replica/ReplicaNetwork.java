package io.millrace.replica;

import io.millrace.backend.HostAccess;
import io.millrace.diagnostics.StepMeter;
import io.millrace.exchange.BatchStatistics;
import io.millrace.exchange.PooledStatistics;
import io.millrace.model.ParameterLayout;
import io.millrace.model.layers.NativeMemory;
import io.millrace.model.layers.ParameterTable;
import io.millrace.recipe.Moment;
import io.millrace.recipe.RoundOrder;
import io.millrace.recipe.UpdateRule;
import io.millrace.wire.WeightCodec;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The network of one replica: takes master weights, makes updates, gives weights back. Its flat
 * vectors may be ordered differently from the canonical ones. All calls on the replica's thread.
 */
public final class ReplicaNetwork implements LeasedNetwork {
  private final ReplicaSpec spec;
  private final TrainableNet net;
  private final ParameterLayout layout;
  private final INDArray state;
  private final ParameterTable weights;
  private final ParameterTable states;
  private final Teacher teacher;
  private final Trunk trunk;
  private final FeatureShape fed;
  private final ParameterLayout still;
  private Object held;

  /** Builds the network of a spec; its weights are still to be loaded. */
  public ReplicaNetwork(ReplicaSpec spec) {
    this.spec = spec;
    ReplicaSpec.Parts parts = spec.build();
    this.net = parts.net();
    this.trunk = parts.trunk();
    this.fed = spec.settings().features();
    this.layout = net.layout();
    this.still = spec.still().part();
    this.weights = table(spec.parameters(), layout);
    this.states =
        table(
            spec.state(),
            spec.rule() == null ? net.stateLayout() : ReplicaSpec.stateLayout(layout, spec.rule()));
    this.state = stateOf(net, spec);
    this.teacher = teacherOf(spec);
  }

  /** Where what travels lies in the replica, which has what is frozen besides. */
  private ParameterTable table(ParameterLayout canonical, ParameterLayout replica) {
    return spec.moving().isWhole()
        ? ParameterTable.between(canonical, replica)
        : ParameterTable.ofShared(canonical, replica);
  }

  private static Teacher teacherOf(ReplicaSpec spec) {
    TrainerConfig settings = spec.settings();
    return settings.teacher() == null
        ? null
        : new Teacher(
            settings.teacher(), spec.run(), settings.batchPerWorker(), settings.fastPath());
  }

  private static INDArray stateOf(TrainableNet net, ReplicaSpec spec) {
    if (spec.rule() == null) {
      return net.updaterState();
    }
    if (spec.exchange().updatesOnDriver()) {
      return null;
    }
    long length = spec.rule().stateLength(net.layout());
    return length == 0 ? null : Nd4j.zeros(DataType.FLOAT, length);
  }

  /**
   * Copies in what is not trained, unless it is in place.
   *
   * @param name of these values
   * @param frozen in slices
   */
  public void hold(Object name, byte[][] frozen) {
    if (name.equals(held)) {
      return;
    }
    load(frozen, 0, ParameterTable.ofShared(still, layout), net.weights());
    if (trunk != null) {
      load(frozen, 0, ParameterTable.ofShared(still, trunk.layout()), trunk.weights());
    }
    held = name;
  }

  /** Copies the master weights in; without travelling state, the state starts at zero. */
  public void load(byte[][] master, RoundOrder order) {
    load(master, 0, weights, net.weights());
    if (spec.cargo().stateTravels()) {
      load(master, spec.parameters().length(), states, state);
    } else if (state != null) {
      state.assign(0);
    }
    net.count(order.firstUpdate(), order.epoch());
  }

  /**
   * What became of a minibatch.
   *
   * @param loss summed over the examples
   * @param skipped whether the gradient of the scaled loss is not finite, so that no update was
   *     made of it
   */
  public record Step(double loss, boolean skipped) {}

  /** The first of a round's updates likewise, or one after others that were made. */
  public double fit(DataSet given, RoundOrder order, long update, long key) {
    return fit(given, order, update, key, 0, null).loss();
  }

  /**
   * One update, or its gradient. Whatever the network draws at random depends on {@code key} alone.
   *
   * @param skipped updates of the round that were skipped before
   * @param watched reads the update; null for one that is not measured
   */
  public Step fit(
      DataSet given, RoundOrder order, long update, long key, int skipped, WatchedUpdate watched) {
    DataSet minibatch = teacher == null ? given : teacher.teach(given);
    Nd4j.getRandom().setSeed(key);
    UpdateRule rule = spec.rule();
    if (rule == null) {
      return new Step(net.fit(minibatch), false);
    }
    float factor = factor(order, minibatch.numExamples());
    double loss = backward(minibatch, update);
    boolean scales = spec.settings().precision().scaling().isPresent();
    boolean looks = scales || factor != 1;
    boolean finite = !looks || ScaledGradient.divide(net.gradient(), layout, factor);
    boolean skip = scales && !finite;
    if (!skip && !spec.exchange().updatesOnDriver()) {
      int examples = minibatch.numExamples();
      Runnable apply = () -> apply(rule, examples, order.moments(update, skipped));
      if (watched == null) {
        apply.run();
      } else {
        var kinds = spec.settings().diagnostics().kinds();
        var meter = new StepMeter(kinds, spec.parameters(), rule, false);
        watched.make(meter, weights, net.gradient(), net.weights(), examples, apply);
      }
    }
    net.clearStates();
    return new Step(loss, skip);
  }

  /** The gradient of what is trained, on what the trunk makes of the images, or has made. */
  private double backward(DataSet minibatch, long update) {
    INDArray[] features = inputs(minibatch.getFeatures());
    try {
      return net.backward(features, minibatch.getLabels(), update);
    } finally {
      if (fed != null) {
        fed.close(features);
      } else if (trunk != null) {
        trunk.close(features);
      }
    }
  }

  private INDArray[] inputs(INDArray given) {
    if (fed != null) {
      return fed.arrays(given);
    }
    return trunk == null ? new INDArray[] {given} : trunk.outputs(given);
  }

  /**
   * Sets the factor of the gradient that the loss of one example starts with: that of the order,
   * over the examples, so that numbers of a narrow format are those of the mean. Without scaling a
   * power of two changes nothing.
   */
  private float factor(RoundOrder order, int examples) {
    boolean scales = spec.settings().precision().scaling().isPresent();
    boolean plain = !scales && Integer.bitCount(examples) == 1;
    float factor = plain ? 1 : (float) (order.lossScale() / examples);
    return net.scaleLoss(factor) ? factor : 1;
  }

  private void apply(UpdateRule rule, int examples, List<Moment> now) {
    rule.apply(
        spec.settings().fastPath().memory(),
        layout,
        net.weights(),
        net.gradient(),
        state,
        examples,
        now);
  }

  /** What goes up, in canonical order: gradients, or weights and the state if it travels. */
  public byte[][] store() {
    byte[][] master = WeightCodec.allocate(spec.cargo().elements());
    INDArray made = spec.exchange().updatesOnDriver() ? net.gradient() : net.weights();
    store(made, weights, master, 0);
    if (spec.cargo().stateTravels()) {
      store(state, states, master, spec.parameters().length());
    }
    return master;
  }

  /**
   * Copies weights in, without statistics, for {@link #measure}.
   *
   * @return for each batch norm what has been measured: nothing yet
   */
  public PooledStatistics[] blankStatistics(byte[][] master, RoundOrder order) {
    load(master, 0, weights, net.weights());
    try (HostAccess to = HostAccess.writing(net.weights())) {
      for (BatchStatistics norm : spec.statistics()) {
        float[] blank = norm.blank();
        weights.visit(
            norm.mean(), blank.length, (done, at, n) -> to.floats().put((int) at, blank, done, n));
      }
    }
    net.count(order.firstUpdate(), order.epoch());
    return spec.statistics().stream()
        .map(norm -> new PooledStatistics(norm.channels()))
        .toArray(PooledStatistics[]::new);
  }

  /** Takes the statistics of one minibatch in; whatever is drawn at random depends on the key. */
  public void measure(DataSet minibatch, long update, long key, PooledStatistics[] pooled) {
    Nd4j.getRandom().setSeed(key);
    net.scaleLoss(1);
    backward(teacher == null ? minibatch : teacher.keepSilent(minibatch), update);
    try (HostAccess from = HostAccess.reading(net.gradient())) {
      for (int i = 0; i < pooled.length; i++) {
        BatchStatistics norm = spec.statistics().get(i);
        float[] step = new float[2 * norm.channels()];
        weights.visit(
            norm.mean(), step.length, (done, at, n) -> from.floats().get((int) at, step, done, n));
        pooled[i].add(norm.ofMinibatch(step), minibatch.numExamples());
      }
    }
    net.clearStates();
  }

  static void load(byte[][] from, long start, ParameterTable table, INDArray vector) {
    if (table.length() == 0) {
      return;
    }
    try (HostAccess to = HostAccess.writing(vector)) {
      for (ParameterTable.Run run : table.runs()) {
        WeightCodec.get(from, start + run.canonical(), to, run.replica(), run.length());
      }
    }
  }

  private static void store(INDArray vector, ParameterTable table, byte[][] to, long start) {
    if (table.length() == 0) {
      return;
    }
    try (HostAccess from = HostAccess.reading(vector)) {
      for (ParameterTable.Run run : table.runs()) {
        WeightCodec.put(from, run.replica(), to, start + run.canonical(), run.length());
      }
    }
  }

  @Override
  public void close() {
    if (spec.rule() != null && state != null) {
      state.close();
    }
    if (teacher != null) {
      teacher.close();
    }
    if (trunk != null) {
      trunk.close();
    }
    NativeMemory.free(net.model());
  }

  /** Whether {@link #close} was called. */
  boolean isClosed() {
    return net.weights().wasClosed();
  }
}
