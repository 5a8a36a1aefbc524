package io.millrace.series;

import io.millrace.config.Written;
import io.millrace.settings.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A series file: a config, what is changed in it, and the seeds that each change is run with. */
public record SeriesConfig(
    @Key(
            doc = "Name of the series; its runs go to <output>/<name>, by the base's output.",
            rule = "a file name of letters, digits, . _ -, 200 at most",
            pattern = "(?=.{1,200}$)[\\w.-]*\\w[\\w.-]*")
        String name,
    @Key(
            doc =
                "The config that all changes start from: its path, which counts from the series file,"
                    + " or its keys and values.",
            rule = "a path, or keys and values")
        Written base,
    @Key(
            doc = "Keys that are set in all runs, key.path: value each, as --set does.",
            value = "{}",
            rule = "keys and values")
        Written set,
    @Key(
            doc =
                "ladder: each change is made in the one above it; variants: each in the base, to be"
                    + " compared with the first.",
            value = "ladder")
        Form form,
    @Key(doc = "Seeds; each change is run once with each.", value = "[1, 2, 3]", min = 0)
        List<Long> seeds,
    @Key(
            doc =
                "Whether the others are run after one that failed or diverged: continue, or stop.",
            value = "continue")
        OnFailure onFailure,
    @Key(doc = "The rows, in their order.") List<ChangeConfig> changes) {
  /** What a change is made in where it does not say so itself. */
  public enum Form {
    LADDER,
    VARIANTS
  }

  /** What becomes of a series with a run that failed. */
  public enum OnFailure {
    CONTINUE,
    STOP
  }

  /** What {@code from} calls the base. */
  static final String BASE = "base";

  /** Checks what one key says about another; the message has a line for each contradiction. */
  public SeriesConfig {
    ChangeConfig.check(set, Set.of("name", "seed"));
    ChangeConfig.check(seeds);
    List<String> problems = new ArrayList<>();
    if (changes.isEmpty()) {
      problems.add("Invalid changes: [] (must be one at least)");
    }
    if (seeds.isEmpty()) {
      problems.add("Invalid seeds: [] (must be one at least)");
    }
    List<String> above = new ArrayList<>();
    for (int i = 0; i < changes.size(); i++) {
      ChangeConfig change = changes.get(i);
      if (above.contains(change.name())) {
        problems.add(
            "Invalid changes[%d].name: %s (must be that of no other row)"
                .formatted(i, change.name()));
      }
      if (change.from() != null && !change.from().equals(BASE) && !above.contains(change.from())) {
        problems.add(
            "Invalid changes[%d].from: %s (must be base, or a row above it%s)"
                .formatted(
                    i, change.from(), above.isEmpty() ? "" : ": " + String.join(", ", above)));
      }
      above.add(change.name());
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
  }

  /** Index of the row that a change is made in; -1 for the base. */
  int madeIn(int change) {
    String from = changes.get(change).from();
    if (from == null) {
      return form == Form.LADDER ? change - 1 : -1;
    }
    return changes.stream().map(ChangeConfig::name).toList().indexOf(from);
  }

  /** Index of the row that a change is compared with; -1 for none. */
  int comparedWith(int change) {
    return change == 0 ? -1 : Math.max(0, madeIn(change));
  }

  /** The seeds of a change. */
  List<Long> seeds(int change) {
    List<Long> own = changes.get(change).seeds();
    return own.isEmpty() ? seeds : own;
  }
}
