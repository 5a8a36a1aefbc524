package io.millrace.replica;

import io.millrace.diagnostics.Sampling;
import io.millrace.exchange.AveragingConfig;
import io.millrace.exchange.AveragingConfig.Reduce;
import io.millrace.exchange.AveragingConfig.State;
import io.millrace.exchange.Every;
import io.millrace.exchange.Exchange;
import io.millrace.exchange.FixedEvery;
import io.millrace.exchange.Weights;
import io.millrace.exchange.Wire;
import io.millrace.model.layers.FastPath;
import io.millrace.precision.Fp32;
import io.millrace.precision.Precision;
import io.millrace.recipe.Objective;
import io.millrace.recipe.OuterStep;
import io.millrace.recipe.Shadow;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * Settings of the trainer.
 *
 * @param workers workers, an executor slot each
 * @param batchPerWorker examples one worker uses for one update
 * @param averaging how the workers are averaged
 * @param seed seed of dropout, by (seed, update, worker)
 * @param fastPath on which layers replicas run
 * @param startTimeout how long to wait for as many slots as workers; zero trains in waves on the
 *     slots that there are
 * @param objective what is minimised
 * @param teacher what replicas make a teacher of; null for none, and there only with distillation
 * @param precision in what numbers replicas compute forward and backward
 * @param diagnostics which updates are measured, and for what
 * @param features what a trunk has given of each example, which replicas are fed with; null for
 *     images
 */
public record TrainerConfig(
    int workers,
    int batchPerWorker,
    AveragingConfig averaging,
    long seed,
    FastPath fastPath,
    Duration startTimeout,
    Objective objective,
    TeacherSpec teacher,
    Precision precision,
    Sampling diagnostics,
    FeatureShape features)
    implements Serializable {
  public TrainerConfig {
    atLeastOne("workers", workers);
    atLeastOne("batchPerWorker", batchPerWorker);
  }

  /** The defaults: averaging after every update, state averaged, fp32, native layers. */
  public TrainerConfig(int workers, int batchPerWorker) {
    this(
        workers,
        batchPerWorker,
        new AveragingConfig(
            new FixedEvery(1), State.AVERAGE, new Weights(), Wire.FP32, Reduce.AUTO),
        1,
        FastPath.TRUE,
        Duration.ofMinutes(5),
        Objective.STOCK,
        null,
        new Fp32(),
        Sampling.NONE,
        null);
  }

  /** The same with another {@code every}. */
  public TrainerConfig every(int updates) {
    return every(new FixedEvery(updates));
  }

  /** The same with another {@code every}. */
  public TrainerConfig every(Every every) {
    AveragingConfig of = averaging;
    return averaging(
        new AveragingConfig(
            every, of.state(), of.exchange(), of.wire(), of.reduce(), of.outer(), of.shadows()));
  }

  /** The same with another rule for the optimiser state, another exchange and width. */
  public TrainerConfig exchanging(State state, Exchange exchange, Wire wire) {
    AveragingConfig of = averaging;
    return averaging(
        new AveragingConfig(
            of.every(), state, exchange, wire, of.reduce(), of.outer(), of.shadows()));
  }

  /** The same with the average made elsewhere. */
  public TrainerConfig reducing(Reduce reduce) {
    AveragingConfig of = averaging;
    return averaging(
        new AveragingConfig(
            of.every(), of.state(), of.exchange(), of.wire(), reduce, of.outer(), of.shadows()));
  }

  /** The same with another outer step and other shadows. */
  public TrainerConfig following(OuterStep outer, List<Shadow> shadows) {
    AveragingConfig of = averaging;
    return averaging(
        new AveragingConfig(
            of.every(), of.state(), of.exchange(), of.wire(), of.reduce(), outer, shadows));
  }

  /** The same with other averaging. */
  public TrainerConfig averaging(AveragingConfig other) {
    return new TrainerConfig(
        workers,
        batchPerWorker,
        other,
        seed,
        fastPath,
        startTimeout,
        objective,
        teacher,
        precision,
        diagnostics,
        features);
  }

  /** The same with another seed. */
  public TrainerConfig seed(long otherSeed) {
    return new TrainerConfig(
        workers,
        batchPerWorker,
        averaging,
        otherSeed,
        fastPath,
        startTimeout,
        objective,
        teacher,
        precision,
        diagnostics,
        features);
  }

  /** The same on other layers. */
  public TrainerConfig fastPath(FastPath path) {
    return new TrainerConfig(
        workers,
        batchPerWorker,
        averaging,
        seed,
        path,
        startTimeout,
        objective,
        teacher,
        precision,
        diagnostics,
        features);
  }

  /** The same with another wait for slots. */
  public TrainerConfig startTimeout(Duration timeout) {
    return new TrainerConfig(
        workers,
        batchPerWorker,
        averaging,
        seed,
        fastPath,
        timeout,
        objective,
        teacher,
        precision,
        diagnostics,
        features);
  }

  /** The same with something else to minimise. */
  public TrainerConfig minimising(Objective other) {
    return new TrainerConfig(
        workers,
        batchPerWorker,
        averaging,
        seed,
        fastPath,
        startTimeout,
        other,
        teacher,
        precision,
        diagnostics,
        features);
  }

  /** The same with a teacher. */
  public TrainerConfig taughtBy(TeacherSpec other) {
    return new TrainerConfig(
        workers,
        batchPerWorker,
        averaging,
        seed,
        fastPath,
        startTimeout,
        objective,
        other,
        precision,
        diagnostics,
        features);
  }

  /** The same in numbers of another format. */
  public TrainerConfig precision(Precision other) {
    return new TrainerConfig(
        workers,
        batchPerWorker,
        averaging,
        seed,
        fastPath,
        startTimeout,
        objective,
        teacher,
        other,
        diagnostics,
        features);
  }

  /** The same with other diagnostics. */
  public TrainerConfig diagnosed(Sampling other) {
    return new TrainerConfig(
        workers,
        batchPerWorker,
        averaging,
        seed,
        fastPath,
        startTimeout,
        objective,
        teacher,
        precision,
        other,
        features);
  }

  /** The same fed with what a trunk has given. */
  public TrainerConfig fedWith(FeatureShape other) {
    return new TrainerConfig(
        workers,
        batchPerWorker,
        averaging,
        seed,
        fastPath,
        startTimeout,
        objective,
        teacher,
        precision,
        diagnostics,
        other);
  }

  private static void atLeastOne(String key, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("Invalid " + key + ": " + value + " (must be >= 1)");
    }
  }
}
