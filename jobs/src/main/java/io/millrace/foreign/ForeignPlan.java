package io.millrace.foreign;

import io.millrace.epoch.EpochShape;
import io.millrace.epoch.RoundRdd;
import io.millrace.replica.TrainerConfig;
import java.io.Serializable;

/**
 * Which worker uses which example of a foreign RDD when: the examples, numbered by (partition,
 * index), are the sequence that the epoch's shape cuts.
 */
record ForeignPlan(EpochShape shape) implements RoundRdd, Serializable {
  static ForeignPlan of(long examples, TrainerConfig settings) {
    if (examples < 1) {
      throw new IllegalArgumentException("Invalid training data: 0 examples (must be > 0)");
    }
    return new ForeignPlan(
        new EpochShape(
            examples, settings.workers(), settings.batchPerWorker(), settings.averaging().every()));
  }

  @Override
  public int workers() {
    return shape.workers();
  }

  @Override
  public int rounds() {
    return shape.rounds();
  }

  @Override
  public int updates(int round) {
    return shape.updates(round);
  }

  /** The partition, {@code round * workers + worker}, of example {@code example}. */
  int partition(long example) {
    int worker = shape.workerAt(example);
    long update = (example - shape.shareStart(worker)) / shape.batchPerWorker();
    return Math.toIntExact(update / shape.every() * workers() + worker);
  }
}
