package io.millrace.exchange;

import io.millrace.recipe.LearningRate;
import io.millrace.recipe.ResolvedRate;
import io.millrace.settings.Counts;
import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.OptionalInt;

/**
 * An averaging after each update of the warm-up, where workers drift apart fastest, then one after
 * every k: {@code every(u) = 1 for u < m, else k}. With 5 updates of warm-up, k = 4 and 11 updates
 * an epoch the rounds of two epochs are 1, 1, 1, 1, 1, 4, 2, 4, 4, 3.
 *
 * @param updates k
 */
@Named(value = "after-warmup", doc = "1 during the warm-up, then a number.")
public record AfterWarmup(
    @Key(doc = "Updates of a round after the warm-up.", value = "8", min = 1) int updates)
    implements Every {
  /** Checks the number. */
  public AfterWarmup {
    FixedEvery.check("updates", updates);
  }

  @Override
  public long updates(long update, ResolvedRate plan, LearningRate known) {
    return update < plan.course().warmup() ? 1 : updates;
  }

  @Override
  public OptionalInt always() {
    return updates == 1 ? OptionalInt.of(1) : OptionalInt.empty();
  }

  @Override
  public String words(ResolvedRate plan) {
    return "1 update during the warm-up of %s, then %d"
        .formatted(Counts.of(plan.course().warmup(), "update"), updates);
  }
}
