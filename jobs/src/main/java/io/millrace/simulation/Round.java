package io.millrace.simulation;

/**
 * A round.
 *
 * @param workers in it
 * @param updates of each worker
 * @param batch images of an update of a worker
 * @param down bytes that a worker receives
 * @param up bytes that a worker sends
 * @param onExecutors whether executors make the average
 */
public record Round(int workers, int updates, int batch, long down, long up, boolean onExecutors) {
  /** Images that it trains. */
  public long images() {
    return (long) workers * updates * batch;
  }

  /** The same with another number of updates. */
  Round every(int other) {
    return new Round(workers, other, batch, down, up, onExecutors);
  }
}
