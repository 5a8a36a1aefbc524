package io.millrace.series;

import io.millrace.config.Written;
import io.millrace.settings.Key;
import java.util.List;
import java.util.Set;

/** One row of a series: what it changes, and in what. */
public record ChangeConfig(
    @Key(
            doc = "Name of the row; its runs are called <name>-<seed>.",
            rule = "a file name of letters, digits, . _ -, 100 at most, and not base",
            pattern = "(?!base$)(?=.{1,100}$)[\\w.-]*\\w[\\w.-]*")
        String name,
    @Key(
            doc =
                "What it changes: the name of a row above it, or base; null for what form says. The row"
                    + " is compared with that one.",
            value = "null")
        String from,
    @Key(
            doc =
                "Keys that it sets, key.path: value each, as --set does: what stood there is replaced."
                    + " <series> in a text is the folder of the series, <seed> the run's seed.",
            value = "{}",
            rule = "keys and values")
        Written set,
    @Key(doc = "Its seeds; empty for those of the series.", value = "[]", min = 0)
        List<Long> seeds) {
  /** Keys that the series itself sets in each run. */
  private static final Set<String> OF_THE_SERIES = Set.of("name", "output", "seed");

  /** Checks what it sets. */
  public ChangeConfig {
    check(set, OF_THE_SERIES);
    check(seeds);
  }

  /** Refuses a text, and keys that cannot be set here. */
  static void check(Written set, Set<String> refused) {
    if (set.text().isPresent()) {
      throw new IllegalArgumentException(
          "Invalid set: %s (must be keys and values)".formatted(set.text().get()));
    }
    for (String key : set.keys().keySet()) {
      if (refused.contains(key)) {
        throw new IllegalArgumentException(
            "Invalid set: %s (must not be set here: the series gives each run its %s)"
                .formatted(key, key));
      }
    }
  }

  static void check(List<Long> seeds) {
    if (Set.copyOf(seeds).size() < seeds.size()) {
      throw new IllegalArgumentException("Invalid seeds: %s (must differ)".formatted(seeds));
    }
  }
}
