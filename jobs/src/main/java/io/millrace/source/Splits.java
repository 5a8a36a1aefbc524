package io.millrace.source;

import io.millrace.dataset.Split;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Names that sources give to their splits. The words are those of Hugging Face's page "File names
 * and splits", and {@code t10k} of MNIST's.
 */
public final class Splits {
  private static final Map<String, Split> NAMES =
      Map.ofEntries(
          Map.entry("train", Split.TRAIN),
          Map.entry("training", Split.TRAIN),
          Map.entry("validation", Split.VALIDATION),
          Map.entry("valid", Split.VALIDATION),
          Map.entry("val", Split.VALIDATION),
          Map.entry("dev", Split.VALIDATION),
          Map.entry("test", Split.TEST),
          Map.entry("testing", Split.TEST),
          Map.entry("eval", Split.TEST),
          Map.entry("evaluation", Split.TEST),
          Map.entry("t10k", Split.TEST));

  private static final String SEPARATORS = "[-._ 0-9]+";

  private Splits() {}

  /** The split of that name, or null. */
  public static Split named(String name) {
    return NAMES.get(name.toLowerCase(Locale.ROOT));
  }

  /** The split that a folder is: its name, or the value of a partition, {@code split=train}. */
  static Split ofFolder(String name) {
    return named(name.substring(name.indexOf('=') + 1));
  }

  /**
   * The splits whose names stand in a name as words, between dashes, underscores, dots, blanks,
   * digits and its ends.
   */
  static Set<Split> words(String name) {
    Set<Split> found = EnumSet.noneOf(Split.class);
    String spelt =
        name.toLowerCase(Locale.ROOT).replaceAll("(?<![a-z0-9])t10k(?![a-z0-9])", "test");
    for (String word : spelt.split(SEPARATORS)) {
      if (NAMES.containsKey(word)) {
        found.add(NAMES.get(word));
      }
    }
    return found;
  }

  /** The split of the only split name among the words of a name, or null. */
  static Split word(String name) {
    Set<Split> words = words(name);
    return words.size() == 1 ? words.iterator().next() : null;
  }

  /** How a config writes a split. */
  static String name(Split split) {
    return split.name().toLowerCase(Locale.ROOT);
  }

  /** Whether {@code chosen}, empty for all, has a split; what tells none is train. */
  static boolean chosen(List<Split> chosen, Split split) {
    return chosen.isEmpty() || chosen.contains(split == null ? Split.TRAIN : split);
  }

  /**
   * Whether a row is read where some splits were chosen; one of an unknown split is, to be told.
   */
  static boolean reads(List<Split> chosen, SourceRow row) {
    Split told = row.split() == null ? null : named(row.split());
    boolean unknown = told == null && row.split() != null;
    return unknown || chosen(chosen, told);
  }
}
