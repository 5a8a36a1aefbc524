package io.millrace.bench;

import io.millrace.bench.BenchReport.Row;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** The table of benchmarks in deploy/README.md. */
final class BenchTable {
  private BenchTable() {}

  /** Markdown: {@code machine}, then one line a row, and one for a benchmark that gave none. */
  static String markdown(String machine, Map<String, List<Row>> rows) {
    StringBuilder text = new StringBuilder(machine);
    text.append("\n| `deploy/bench` | measured | ours | peer | value | target |  |\n");
    text.append("|---|---|---:|---:|---:|---:|---|\n");
    rows.forEach(
        (name, measured) -> {
          if (measured.isEmpty()) {
            text.append("| `%s` | did not finish | | | | | |\n".formatted(name));
          }
          measured.forEach(row -> text.append(line(name, row)));
        });
    return text.toString();
  }

  private static String line(String benchmark, Row row) {
    return "| `%s` | %s | %s | %s | %s | %s %s | %s |\n"
        .formatted(
            benchmark,
            row.name(),
            plain(row.ours()),
            plain(row.peer()),
            plain(row.value()),
            "more".equals(row.better()) ? "&ge;" : "&le;",
            plain(row.target()),
            row.met() ? "met" : "missed");
  }

  private static String plain(BigDecimal number) {
    return number.toPlainString();
  }
}
