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
 * @param lossScale factor of the loss in all of them, which gradients are divided by
 * @param leftOut those of the updates that are not made, by their global numbers
 */
public record RoundOrder(
    int epoch, long firstUpdate, List<List<Moment>> moments, double lossScale, List<Long> leftOut)
    implements Serializable {
  /** With every update made. */
  public RoundOrder(int epoch, long firstUpdate, List<List<Moment>> moments, double lossScale) {
    this(epoch, firstUpdate, moments, lossScale, List.of());
  }

  /** Without a factor of the loss. */
  public RoundOrder(int epoch, long firstUpdate, List<List<Moment>> moments) {
    this(epoch, firstUpdate, moments, 1);
  }

  /** The same with another factor of the loss. */
  public RoundOrder scaled(double factor) {
    return new RoundOrder(epoch, firstUpdate, moments, factor, leftOut);
  }

  /**
   * The rate of parameters that belong to no group at one update of the round; NaN where a
   * network's own updater makes it.
   *
   * @param update counted from the round's first
   */
  public double rate(int update) {
    return moments.isEmpty()
        ? Double.NaN
        : moments.get(update).get(moments.get(update).size() - 1).rate();
  }

  /** The moments of an update, by its global number. */
  public List<Moment> moments(long update) {
    return moments.get(Math.toIntExact(update - firstUpdate));
  }

  /** The same where so many of the round's updates before it were skipped. */
  public List<Moment> moments(long update, int skipped) {
    return skipped == 0
        ? moments(update)
        : moments(update).stream().map(moment -> moment.earlier(skipped)).toList();
  }
}
