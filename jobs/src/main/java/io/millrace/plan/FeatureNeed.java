package io.millrace.plan;

import java.util.Locale;

/**
 * What a stage keeps of the images that it trains and validates on, in their place, in bytes.
 *
 * @param example of one example
 * @param all of all examples, over all executors
 * @param block of the largest block
 */
public record FeatureNeed(long example, long all, long block) {
  /** In a line of the plan. */
  String words() {
    return String.format(
        Locale.ROOT,
        "%s of each example in the place of its image: %s in all on executors, in memory where there"
            + " is room and else on disk; the trunk computes them once",
        bytes(example),
        bytes(all));
  }

  private static String bytes(long bytes) {
    return bytes < 100_000
        ? String.format(Locale.ROOT, "%.1f KB", bytes / 1e3)
        : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }
}
