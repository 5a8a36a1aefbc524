package io.millrace.series;

import io.millrace.dataset.Split;
import io.millrace.metrics.Figures;
import io.millrace.metrics.RunManifest;
import io.millrace.report.SeriesPage;
import io.millrace.report.Tile;
import io.millrace.settings.Counts;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
    folder.write(PAGE, html());
  }

  /** The report in lines for the terminal; the last one is for programs. */
  public List<String> lines() {
    SeriesResult result = result();
    List<String> lines = new ArrayList<>(aligned(result.table()));
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

  private String html() {
    SeriesResult result = result();
    Map<String, String> facts = new LinkedHashMap<>();
    String now = Instant.now().toString();
    facts.put("as of", "%s %s UTC".formatted(now.substring(0, 10), now.substring(11, 16)));
    facts.put("file", plan.series().file());
    facts.put("command", command);
    facts.put("version", "Millrace " + RunManifest.currentVersions().get("millrace"));
    return new SeriesPage(
            plan.series().name(),
            facts,
            notices(result),
            tiles(result),
            result.rows().stream().map(SeriesReport::row).toList(),
            result.table(),
            ABOUT.formatted(split()),
            plan.runs().stream().map(SeriesReport::run).toList(),
            String.join("\n", plan.changes()))
        .html();
  }

  private static final String ABOUT =
      "Top-1 is that on %s after the last epoch: mean ± deviation of the runs that are done, one a"
          + " seed, each a dot above; the bar goes from the lowest to the highest, the stroke is the"
          + " mean. The best epoch is chosen by these same images, which flatters every row. A"
          + " difference, in points, is taken seed by seed; ± is half the width of the 95 %% interval"
          + " of its mean (Student's t), and a row is called better or worse only where that"
          + " interval does not hold 0: by chance alone, one in twenty that change nothing is. Wall"
          + " time is training and validation of one run.";

  private String split() {
    Split split = plan.series().first().evaluation().split();
    return split.name().toLowerCase(Locale.ROOT);
  }

  private List<String> notices(SeriesResult result) {
    List<String> notices = new ArrayList<>();
    if (result.left() > 0) {
      notices.add(
          "%s of %s left%s: the table is of those that are done."
              .formatted(
                  result.left(),
                  Counts.of(plan.runs().size(), "run"),
                  SeriesPlan.about(", ", new TimeLeft(plan.runs()).seconds())));
    }
    if (result.failed() > 0) {
      notices.add(
          "%s failed or diverged and %s not in the table: what is left of a row flatters it."
              .formatted(Counts.of(result.failed(), "run"), result.failed() == 1 ? "is" : "are"));
    }
    if (plan.series().config().seeds().size() == 1) {
      notices.add("One seed: no difference can be told from chance.");
    }
    if (split().equals("test")) {
      notices.add(
          "Measured on the test split, as the config says: who picks a row by these numbers has not"
              + " told how it does on unseen images.");
    }
    return notices;
  }

  private List<Tile> tiles(SeriesResult result) {
    long done = result.count(Standing.State.DONE);
    return List.of(
        result
            .best()
            .map(
                row ->
                    new Tile(
                        "highest mean top-1",
                        Figures.percent(row.top1().mean()),
                        "%s, %s".formatted(row.row().name(), Counts.of(row.done(), "run"))))
            .orElse(new Tile("highest mean top-1", "–", "no run is done")),
        new Tile(
            "runs done",
            "%d of %d".formatted(done, plan.runs().size()),
            result.failed() == 0 ? "none failed" : result.failed() + " failed or diverged"),
        new Tile(
            "changes",
            String.valueOf(plan.series().rows().size()),
            plan.series().config().form().name().toLowerCase(Locale.ROOT)),
        new Tile("time", Figures.duration(result.seconds()), "training and validation"));
  }

  private static SeriesPage.Row row(RowResult row) {
    Spread top1 = row.top1();
    String words =
        top1.n() == 0
            ? row.failed() > 0 ? "failed" : "–"
            : Figures.percent(top1.mean())
                + (top1.n() > 1 ? Figures.format(" ± %.2f", 100 * top1.deviation()) : "")
                + ", n "
                + top1.n()
                + (row.failed() > 0 ? ", %d failed".formatted(row.failed()) : "");
    return new SeriesPage.Row(row.row().name(), words, row.top1s());
  }

  private static SeriesPage.Run run(PlannedRun run) {
    Standing standing = run.standing();
    String words = standing.words();
    if (run.isDone()) {
      words =
          "top-1 %s, %s"
              .formatted(
                  Figures.percent(run.last(each -> each.valTop1())),
                  Figures.duration(run.seconds()));
    }
    return new SeriesPage.Run(
        run.run().name(), standing.state().words(), words, !standing.epochs().isEmpty());
  }
}
