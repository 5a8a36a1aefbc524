package io.millrace.exchange;

import io.millrace.recipe.Course;
import io.millrace.recipe.LearningRate;
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
   * @param course the run
   * @param rate of each update of the run; of those before the next epoch where what is learnt on
   *     the way has a say in it
   */
  long updates(long update, Course course, LearningRate rate);

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
  default void check(Course course, LearningRate rate) {}

  /** For {@code plan}: how long the rounds of a run are. */
  default String words(Course course, LearningRate rate) {
    return toString();
  }
}
