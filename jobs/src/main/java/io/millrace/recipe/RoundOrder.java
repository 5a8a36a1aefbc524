package io.millrace.recipe;

import java.io.Serializable;
import java.util.List;

/**
 * What the driver tells the workers for one round, beside the weights: where the run is, and how
 * large the steps of each update are. Whatever the driver learns on the way reaches the workers by
 * it, and they compute no rate of their own.
 *
 * @param epoch epochs done
 * @param firstUpdate global number of the round's first update
 * @param moments when each update of the round happens for each group, [updates][groups]; empty
 *     where a network's own updater makes the updates
 */
public record RoundOrder(int epoch, long firstUpdate, List<List<Moment>> moments)
    implements Serializable {
  /** The moments of an update, by its global number. */
  public List<Moment> moments(long update) {
    return moments.get(Math.toIntExact(update - firstUpdate));
  }
}
