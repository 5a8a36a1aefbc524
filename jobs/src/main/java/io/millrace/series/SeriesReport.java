package io.millrace.series;

import io.millrace.store.RunFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a series came to, for the terminal and as files in its folder.
 *
 * @param plan the series, with its runs as they stand
 * @param stopped whether somebody asked for its end
 * @param folder where the files lie
 * @param command the command line; empty for a program's own series
 */
public record SeriesReport(SeriesPlan plan, boolean stopped, RunFolder folder, String command) {
  static final String CSV = "series.csv";
  static final String JSON = "series.json";
  static final String PAGE = "series.html";

  private SeriesResult result() {
    return new SeriesResult(plan.series(), plan.runs());
  }

  /** Whether a run failed or diverged. */
  public boolean failed() {
    return result().failed() > 0;
  }

  void write() throws IOException {
    folder.write(CSV, SeriesFiles.csv(result()));
    folder.write(JSON, SeriesFiles.json(result()));
    folder.write(PAGE, new SeriesHtml(plan, command).html());
  }

  /** The report in lines for the terminal; the last one is for programs. */
  public List<String> lines() {
    SeriesResult result = result();
    List<String> lines = new ArrayList<>(aligned(result.table()));
    lines.addAll(result.idle());
    plan.runs().stream()
        .filter(each -> each.standing().endedEarly())
        .forEach(
            each ->
                lines.add(
                    "%s %s: %s"
                        .formatted(
                            each.run().name(),
                            each.standing().state().words(),
                            each.standing().words())));
    lines.add(
        "runs=%d done=%d failed=%d left=%d table=%s report=%s"
            .formatted(
                plan.runs().size(),
                result.count(Standing.State.DONE),
                result.failed(),
                result.left(),
                folder.path(CSV),
                folder.path(PAGE)));
    return lines;
  }

  private static List<String> aligned(List<List<String>> table) {
    int columns = table.get(0).size();
    int[] width = new int[columns];
    table.forEach(
        row ->
            IntStream.range(0, columns)
                .forEach(i -> width[i] = Math.max(width[i], row.get(i).length())));
    return table.stream()
        .map(
            row ->
                IntStream.range(0, columns)
                    .mapToObj(i -> ("%-" + width[i] + "s").formatted(row.get(i)))
                    .collect(Collectors.joining("  "))
                    .stripTrailing())
        .toList();
  }
}
