package io.millrace.prepare;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Counts in words. */
final class Counts {
  private Counts() {}

  /** The count and the thing, in the plural unless it is one: {@code 1 file}, {@code 2 files}. */
  static String of(long count, String thing) {
    return String.format(Locale.ROOT, "%,d %s%s", count, thing, count == 1 ? "" : "s");
  }

  /** Every count before its word: {@code 5 unreadable image, 1 empty row}. */
  static String words(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(entry -> String.format(Locale.ROOT, "%,d %s", entry.getValue(), entry.getKey()))
        .collect(Collectors.joining(", "));
  }
}
