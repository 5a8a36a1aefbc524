package io.millrace.series;

import io.millrace.dataset.Split;
import io.millrace.metrics.Figures;
import io.millrace.metrics.RunManifest;
import io.millrace.report.SeriesPage;
import io.millrace.report.Tile;
import io.millrace.settings.Counts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The page of a series in words and numbers.
 *
 * @param plan the series, with its runs as they stand
 * @param command the command line; empty for a program's own series
 */
record SeriesHtml(SeriesPlan plan, String command) {
  private static final String ABOUT =
      "Top-1 is that on %s after the last epoch: mean ± deviation of the runs that are done, one a"
          + " seed, each a dot above; the bar goes from the lowest to the highest, the stroke is the"
          + " mean. The best epoch is chosen by these same images, which flatters every row. A"
          + " difference, in points, is taken seed by seed; ± is half the width of the 95 %% interval"
          + " of its mean (Student's t), and a row is called better or worse only where that"
          + " interval does not hold 0: by chance alone, one in twenty that change nothing is. Wall"
          + " time is training and validation of one run.";

  String html() {
    SeriesResult result = new SeriesResult(plan.series(), plan.runs());
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
            result.rows().stream().map(SeriesHtml::row).toList(),
            result.table(),
            ABOUT.formatted(split()),
            plan.runs().stream().map(SeriesHtml::run).toList(),
            String.join("\n", new PlanLines(plan).changes()))
        .html();
  }

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
                  PlanLines.about(", ", new TimeLeft(plan.runs()).seconds())));
    }
    if (result.failed() > 0) {
      notices.add(
          "%s failed or diverged and %s not in the table: what is left of a row flatters it."
              .formatted(Counts.of(result.failed(), "run"), result.failed() == 1 ? "is" : "are"));
    }
    notices.addAll(result.idle());
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
