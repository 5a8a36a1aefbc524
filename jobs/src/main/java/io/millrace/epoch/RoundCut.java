package io.millrace.epoch;

import io.millrace.exchange.Every;
import io.millrace.recipe.LearningRate;
import io.millrace.recipe.ResolvedRate;
import java.io.Serializable;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.IntToLongFunction;

/**
 * How an epoch is cut into rounds: consecutive updates that each worker makes between two
 * averagings. Made on the driver at the start of each epoch. Who trains on what in which update
 * does not depend on it.
 */
public final class RoundCut implements Serializable {
  private static final long serialVersionUID = 1;

  /** First update of each round, and the updates of the epoch. */
  private final int[] starts;

  private RoundCut(int[] starts) {
    this.starts = starts;
  }

  /** Rounds of {@code every} updates; the last may have fewer. */
  public static RoundCut fixed(int every, int updates) {
    return cut(updates, start -> every);
  }

  /**
   * The rounds of an epoch.
   *
   * @param every asked at the first update of each round
   * @param first global number of the epoch's first update
   * @param updates updates of the epoch
   * @param plan the rates of the run as they are planned
   * @param known those of the epoch as they are known at its start
   * @throws IllegalArgumentException where {@code every} gives a round without updates
   */
  public static RoundCut of(
      Every every, long first, int updates, ResolvedRate plan, LearningRate known) {
    OptionalInt always = every.always();
    return always.isPresent()
        ? fixed(always.getAsInt(), updates)
        : cut(updates, start -> every.updates(first + start, plan, known));
  }

  private static RoundCut cut(int updates, IntToLongFunction every) {
    int[] starts = new int[updates + 1];
    int rounds = 0;
    for (int start = 0; start < updates; start = starts[rounds]) {
      long next = every.applyAsLong(start);
      if (next < 1) {
        throw new IllegalArgumentException(
            "Invalid averaging.every: %d for the round from update %d of the epoch (must be >= 1)"
                .formatted(next, start));
      }
      starts[++rounds] = (int) (start + Math.min(next, updates - start));
    }
    return new RoundCut(Arrays.copyOf(starts, rounds + 1));
  }

  /** Updates of the epoch. */
  public int updates() {
    return starts[starts.length - 1];
  }

  /** Rounds of the epoch. */
  public int rounds() {
    return starts.length - 1;
  }

  /** First update of a round, counted from the start of the epoch. */
  public int firstUpdate(int round) {
    return starts[round];
  }

  /** Updates of a round. */
  public int updates(int round) {
    return starts[round + 1] - starts[round];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RoundCut that && Arrays.equals(starts, that.starts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(starts);
  }

  /** The round of an update. */
  public int roundOf(int update) {
    int place = Arrays.binarySearch(starts, update);
    return place >= 0 ? place : -place - 2;
  }
}
