package io.millrace.exchange;

import io.millrace.recipe.LearningRate;
import io.millrace.recipe.ResolvedRate;
import io.millrace.settings.Counts;
import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.OptionalInt;

/**
 * The same number of updates in every round.
 *
 * @param updates that number
 */
@Named(value = "fixed", doc = "The same in every round.")
public record FixedEvery(
    @Key(doc = "Updates of each worker between two averagings.", value = "1", min = 1) int updates)
    implements Every {
  /** Checks the number. */
  public FixedEvery {
    check("updates", updates);
  }

  static void check(String name, int updates) {
    if (updates < 1) {
      throw new IllegalArgumentException("Invalid %s: %d (must be >= 1)".formatted(name, updates));
    }
  }

  @Override
  public long updates(long update, ResolvedRate plan, LearningRate known) {
    return updates;
  }

  @Override
  public OptionalInt always() {
    return OptionalInt.of(updates);
  }

  @Override
  public String words(ResolvedRate plan) {
    return Counts.of(updates, "update");
  }
}
