package io.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.bench.BenchReport.Row;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BenchTableTest {
  @Test
  void whatABenchmarkPrintsBecomesALineOfTheTable() throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    BenchReport report = new BenchReport(new PrintStream(printed, true, StandardCharsets.UTF_8));
    report.atLeast("update, s", 0.25, 5.000001, 20.0, 20);
    report.atMost("bytes", 1.2e9, 1e9, 1.2, 1.1);
    String[] lines = printed.toString(StandardCharsets.UTF_8).split("\n");
    Map<String, List<Row>> rows = new LinkedHashMap<>();
    rows.put("step", List.of(Row.parse(lines[0]), Row.parse(lines[1])));
    rows.put("round", List.of());

    assertThat(BenchTable.markdown("A machine.\n", rows))
        .isEqualTo(
            """
            A machine.

            | `deploy/bench` | measured | ours | peer | value | target |  |
            |---|---|---:|---:|---:|---:|---|
            | `step` | update, s | 0.25 | 5 | 20 | &ge; 20 | met |
            | `step` | bytes | 1200000000 | 1000000000 | 1.2 | &le; 1.1 | missed |
            | `round` | did not finish | | | | | |
            """);
    assertThat(report.worst()).isEqualTo(1.1 / 1.2);
  }
}
