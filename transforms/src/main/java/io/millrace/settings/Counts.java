package io.millrace.settings;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Counts in words, as all commands and the report say them. */
public final class Counts {
  private Counts() {}

  /**
   * The count and the thing, in the plural unless it is one: {@code 1 file}, {@code 2,000 files},
   * {@code 3 classes}.
   */
  public static String of(long count, String thing) {
    String ending = count == 1 ? "" : thing.matches(".*(s|x|sh|tch)") ? "es" : "s";
    return String.format(Locale.ROOT, "%,d %s%s", count, thing, ending);
  }

  /** Every count before its word: {@code 5 unreadable image, 1 empty row}. */
  public static String words(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(entry -> String.format(Locale.ROOT, "%,d %s", entry.getValue(), entry.getKey()))
        .collect(Collectors.joining(", "));
  }
}
