package io.millrace.foreign;

import io.millrace.epoch.EpochShape;
import io.millrace.epoch.RoundCut;
import io.millrace.epoch.RoundRdd;
import io.millrace.replica.TrainerConfig;
import java.io.Serializable;
import java.util.function.IntFunction;

/**
 * Which worker uses which example of a foreign RDD when: the examples, numbered by (partition,
 * index), are the sequence that the epoch's shape cuts.
 */
record ForeignPlan(EpochShape shape, RoundCut cut) implements RoundRdd, Serializable {
  /**
   * The plan of an epoch.
   *
   * @param cut the rounds of so many updates
   */
  static ForeignPlan of(long examples, TrainerConfig settings, IntFunction<RoundCut> cut) {
    if (examples < 1) {
      throw new IllegalArgumentException("Invalid training data: 0 examples (must be > 0)");
    }
    EpochShape shape = new EpochShape(examples, settings.workers(), settings.batchPerWorker());
    return new ForeignPlan(shape, cut.apply(shape.updates()));
  }

  @Override
  public int workers() {
    return shape.workers();
  }

  @Override
  public int rounds() {
    return cut.rounds();
  }

  @Override
  public int updates(int round) {
    return cut.updates(round);
  }

  /** The partition, {@code round * workers + worker}, of example {@code example}. */
  int partition(long example) {
    int worker = shape.shareAt(example);
    long update = (example - shape.shareStart(worker)) / shape.batchPerWorker();
    return cut.roundOf(Math.toIntExact(update)) * workers() + worker;
  }
}
