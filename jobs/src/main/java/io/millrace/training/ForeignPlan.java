package io.millrace.training;

import io.millrace.epoch.RoundRdd;
import java.io.Serializable;

/**
 * Which worker uses which example of a foreign RDD when. The examples, numbered by (partition,
 * index), are cut into {@code workers} contiguous shares equal to one example; update u takes the
 * next {@code batch} examples of every share, the last one what is left.
 *
 * @param examples examples of the epoch
 * @param workers workers
 * @param batch examples of a worker's update
 * @param every updates of a round
 */
record ForeignPlan(long examples, int workers, int batch, int every)
    implements RoundRdd, Serializable {
  ForeignPlan {
    if (examples < 1) {
      throw new IllegalArgumentException("Invalid training data: 0 examples (must be > 0)");
    }
  }

  @Override
  public int rounds() {
    return Math.toIntExact((updates() + every - 1) / every);
  }

  @Override
  public int updates(int round) {
    return (int) Math.min(every, updates() - (long) round * every);
  }

  /** Updates of the epoch. */
  long updates() {
    long longest = (examples + workers - 1) / workers;
    return (longest + batch - 1) / batch;
  }

  /** The partition, {@code round * workers + worker}, of example {@code example}. */
  int partition(long example) {
    long share = examples / workers;
    long longer = examples % workers;
    long inLonger = longer * (share + 1);
    int worker;
    long index;
    if (example < inLonger) {
      worker = (int) (example / (share + 1));
      index = example % (share + 1);
    } else {
      worker = (int) (longer + (example - inLonger) / share);
      index = (example - inLonger) % share;
    }
    return Math.toIntExact(index / batch / every * workers + worker);
  }
}
