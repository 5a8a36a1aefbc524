package io.millrace.cli;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table on the terminal: the first column to the left, all others to the right. */
final class Columns {
  private Columns() {}

  /** The lines of a table whose rows have cells alike in number. */
  static List<String> of(List<List<String>> rows) {
    int[] widths =
        IntStream.range(0, rows.get(0).size())
            .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toArray();
    return rows.stream()
        .map(
            row ->
                IntStream.range(0, widths.length)
                    .mapToObj(
                        i -> ("%" + (i == 0 ? "-" : "") + widths[i] + "s").formatted(row.get(i)))
                    .collect(Collectors.joining("  "))
                    .stripTrailing())
        .toList();
  }
}
