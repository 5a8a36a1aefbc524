package io.millrace.formats;

import java.util.List;

/** Texts of somebody's file as part of one line for people. */
final class Words {
  private static final int MOST = 120;
  private static final int NAMED = 8;

  private Words() {}

  /** The text without control characters and not longer than a line. */
  static String line(String text) {
    String line = text.replaceAll("\\p{Cntrl}", "?");
    return line.length() <= MOST ? line : line.substring(0, MOST) + "...";
  }

  /** Some names and how many more there are. */
  static String some(List<String> names) {
    int more = names.size() - NAMED;
    String some = String.join(", ", names.stream().limit(NAMED).map(Words::line).toList());
    return more > 0 ? some + " and %d more".formatted(more) : some;
  }
}
