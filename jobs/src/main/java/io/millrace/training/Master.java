package io.millrace.training;

import io.millrace.diagnostics.Sampling;
import io.millrace.diagnostics.StepMeter;
import io.millrace.exchange.BatchStatistics;
import io.millrace.model.ParameterSlot;
import io.millrace.recipe.Course;
import io.millrace.recipe.Pace;
import io.millrace.recipe.RoundOrder;
import io.millrace.recipe.Shadow;
import io.millrace.recipe.SwatsSwitch;
import io.millrace.recipe.UpdateRule;
import io.millrace.replica.ReplicaSpec;
import io.millrace.state.Remembered;
import io.millrace.wire.Elements;
import io.millrace.wire.Measures;
import io.millrace.wire.WeightCodec;
import io.millrace.wire.WeightVector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The master weights, and the one place where a round makes new ones: no vector that went down
 * changes. Lives on the driver.
 */
final class Master {
  private final ReplicaSpec spec;
  private final Pace pace;
  private final List<ParameterSlot> trained;
  private final OuterState outer;
  private final List<ShadowState> shadows;
  private final Course course;
  private final LossScaler scaler;
  private byte[][] vector;
  private byte[][] state;

  /**
   * Nothing yet.
   *
   * @param pace how the recipe goes on; null for the net's own updater
   */
  Master(ReplicaSpec spec, Pace pace) {
    this.spec = spec;
    this.pace = pace;
    UpdateRule rule = spec.rule();
    this.trained =
        spec.parameters().slots().stream()
            .filter(slot -> rule == null ? slot.trained() : rule.trains(slot))
            .toList();
    this.course = pace == null ? null : pace.course().orElse(null);
    var averaging = spec.settings().averaging();
    averaging
        .namedShadows()
        .forEach((name, shadow) -> check(name, course != null || !shadow.needsCourse()));
    if (pace == null) {
      OwnUpdater.check(spec);
    } else {
      averaging.check(spec.rule().optimizer());
    }
    this.scaler = new LossScaler(spec.settings().precision());
    long elements = spec.state().length();
    this.state =
        spec.exchange().updatesOnDriver() && elements > 0 ? WeightCodec.allocate(elements) : null;
    this.outer =
        new OuterState(
            averaging.outer().with(spec.settings().workers()), spec.parameters(), trained);
    this.shadows =
        averaging.namedShadows().entrySet().stream()
            .map(
                each -> new ShadowState(each.getValue(), each.getKey(), spec.parameters().length()))
            .toList();
  }

  private static void check(String shadow, boolean served) {
    if (!served) {
      throw new IllegalArgumentException(
          "Invalid averaging.shadows: %s (must not need the length of the run, which this learning rate does not tell)"
              .formatted(shadow));
    }
  }

  /** Goes on from this vector, in slices. */
  void start(byte[][] weights) {
    vector = weights;
  }

  /** Goes on from this optimiser state, if it stays on the driver. */
  void startState(WeightVector optimiserState) {
    if (state != null) {
      state = copy(optimiserState.slices());
    }
  }

  /** What goes down: the weights, then the state if it travels. */
  byte[][] vector() {
    return vector;
  }

  /** A copy of the optimiser state, if it stays on the driver. */
  byte[][] state() {
    return copy(state);
  }

  /** All that is remembered besides. */
  List<Remembered> remembered() {
    List<Remembered> all = new ArrayList<>(shadows);
    if (outer.remembers()) {
      all.add(outer);
    }
    if (pace != null) {
      all.addAll(pace.remembered());
    }
    scaler.remembered().ifPresent(all::add);
    return all;
  }

  /** What scales the loss. */
  LossScaler scaler() {
    return scaler;
  }

  /** Leaves weights and state as they are in a round that nobody's result is used of. */
  void skip(RoundOrder order, int updates, boolean endsEpoch) {
    var round = new Shadow.Round(order.firstUpdate(), updates, endsEpoch, course);
    shadows.forEach(each -> each.follow(vector, round));
  }

  /** The shadows. */
  List<ShadowState> shadows() {
    return shadows;
  }

  /**
   * Takes the workers' results in.
   *
   * @param used those of workers that had examples
   * @param reduced what they sent, as one; becomes the new weights
   * @param updates of the round
   * @param endsEpoch whether it is its epoch's last
   * @return what diagnostics read of an update that is made here
   */
  Measures merge(
      List<WorkerResult> used, byte[][] reduced, RoundOrder order, int updates, boolean endsEpoch) {
    var round = new Shadow.Round(order.firstUpdate(), updates, endsEpoch, course);
    byte[][] before = vector;
    byte[][] stateBefore = watching(round).isPresent() ? copy(state) : state;
    spec.exchange().finish(before, reduced);
    Measures read = new Measures();
    if (spec.exchange().updatesOnDriver()) {
      update(used, before, reduced, order, read);
    }
    mergeStatistics(used, reduced, round.updates());
    boolean switches = lookAtStep(before, stateBefore, reduced, round);
    outer.step(before, reduced, pace == null ? 0 : pace.scheduled(order.firstUpdate()));
    refuseLost(reduced, round);
    vector = reduced;
    if (switches) {
      forgetState();
    }
    shadows.forEach(each -> each.follow(vector, round));
    return read;
  }

  /**
   * Workers look at what they make; what the driver makes shows in the next round's loss, but for
   * an epoch's last round, behind which weights are saved.
   */
  private void refuseLost(byte[][] made, Shadow.Round round) {
    boolean own = spec.exchange().updatesOnDriver() || outer.remembers();
    if (own && round.endsEpoch() && !WeightCodec.isFinite(made, spec.parameters().length())) {
      long last = round.before() + round.updates() - 1;
      throw DivergedException.of("a weight after update %d".formatted(last), last);
    }
  }

  private void update(
      List<WorkerResult> used,
      byte[][] before,
      byte[][] gradient,
      RoundOrder order,
      Measures read) {
    long examples = used.stream().mapToLong(WorkerResult::examples).sum();
    Sampling diagnostics = spec.settings().diagnostics();
    boolean watched = diagnostics.measures(order.firstUpdate(), 1);
    var meter = new StepMeter(diagnostics.kinds(), spec.parameters(), spec.rule(), true);
    Elements weights = Elements.of(before);
    Elements made = Elements.of(gradient);
    if (watched) {
      read.add(meter.gradient(made, weights, examples));
    }
    spec.rule()
        .apply(
            spec.parameters(),
            before,
            gradient,
            state,
            Math.toIntExact(examples),
            order.moments(order.firstUpdate()));
    if (watched) {
      read.add(meter.update(weights, made)); // the gradient became the new weights
    }
  }

  private void mergeStatistics(List<WorkerResult> used, byte[][] average, int updates) {
    long[] examples = used.stream().mapToLong(WorkerResult::examples).toArray();
    List<BatchStatistics> norms = spec.statistics();
    for (int i = 0; i < norms.size(); i++) {
      int norm = i;
      float[][] statistics =
          used.stream().map(result -> result.statistics()[norm]).toArray(float[][]::new);
      WeightCodec.put(
          norms.get(i).merge(statistics, examples, updates), average, norms.get(i).mean());
    }
  }

  /** Shows the step to what watches it; returns whether the optimiser becomes another one. */
  private boolean lookAtStep(
      byte[][] before, byte[][] stateBefore, byte[][] after, Shadow.Round round) {
    Optional<SwatsSwitch> watching = watching(round);
    if (watching.isEmpty()) {
      return false;
    }
    boolean apart = state != null;
    StepProducts products =
        StepProducts.of(
            trained,
            before,
            after,
            apart ? stateBefore : before,
            apart ? state : after,
            apart ? 0 : spec.parameters().length(),
            watching.get().left(round.updates()));
    return watching
        .get()
        .roundEnded(
            products.pp(),
            products.pg(),
            round.updates(),
            pace.scheduled(round.before() + round.updates() - 1));
  }

  private Optional<SwatsSwitch> watching(Shadow.Round round) {
    return pace == null ? Optional.empty() : pace.watching(round.before());
  }

  private static byte[][] copy(byte[][] slices) {
    return slices == null
        ? null
        : Arrays.stream(slices).parallel().map(byte[]::clone).toArray(byte[][]::new);
  }

  private void forgetState() {
    long parameters = spec.parameters().length();
    if (state != null) {
      state = WeightCodec.allocate(spec.state().length());
    } else {
      WeightCodec.zero(vector, parameters, spec.state().length());
    }
  }
}
