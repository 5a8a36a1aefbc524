package io.millrace.exchange;

import io.millrace.recipe.LearningRate;
import io.millrace.recipe.ResolvedRate;
import io.millrace.settings.OneOf;
import java.io.Serializable;
import java.util.OptionalInt;

/**
 * How many updates each worker makes before the next averaging: {@code k = every(u)}, asked at the
 * first update u of every round, and cut at the end of the epoch. A record whose components are its
 * keys in a config; a bare number is a {@link FixedEvery}. Asked on the driver alone, at the start
 * of each epoch.
 */
@OneOf(
    value = {FixedEvery.class, AfterWarmup.class, PostLocal.class, Qsr.class},
    number = FixedEvery.class)
public interface Every extends Serializable {
  /**
   * Updates of a round, 1 at least, before the epoch's end cuts them.
   *
   * @param update global number of its first update
   * @param plan the rates of the run as they are planned
   * @param known the rates of the epoch as they are known at its start, when what was learnt on the
   *     way may have changed them
   */
  long updates(long update, ResolvedRate plan, LearningRate known);

  /** The updates of every round where that is one number, whatever the rates. */
  default OptionalInt always() {
    return OptionalInt.empty();
  }

  /** Whether there is an averaging after each update. */
  default boolean isAlwaysOne() {
    return always().orElse(0) == 1;
  }

  /**
   * Refuses a run that it does not go with.
   *
   * @throws IllegalArgumentException naming the key
   */
  default void check(ResolvedRate plan) {}

  /** For {@code plan}: how long the rounds of a run are. */
  default String words(ResolvedRate plan) {
    return toString();
  }
}
