package io.millrace.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that was meant by a mistyped one. */
public final class Suggestion {
  private Suggestion() {}

  /** The nearest of {@code known} within a third of the word's letters, case and dashes aside. */
  public static Optional<String> of(String word, Collection<String> known) {
    String plain = plain(word);
    return known.stream()
        .filter(other -> distance(plain, plain(other)) <= Math.max(1, plain.length() / 3))
        .min(Comparator.comparingInt(other -> distance(plain, plain(other))));
  }

  private static String plain(String word) {
    return word.replaceAll("[-_ ]", "").toLowerCase(Locale.ROOT);
  }

  /**
   * Letters to insert, delete, replace or swap with their neighbour to turn one word into the other
   * (optimal string alignment; Damerau, A technique for computer detection and correction of
   * spelling errors, 1964).
   */
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int replace = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(replace, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], 1 + d[i - 2][j - 2]);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
