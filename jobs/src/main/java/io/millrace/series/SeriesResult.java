package io.millrace.series;

import io.millrace.metrics.EpochMetrics;
import io.millrace.metrics.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What a series came to so far.
 *
 * @param series the series
 * @param runs its runs as they stand
 */
record SeriesResult(Series series, List<PlannedRun> runs) {
  /** One a change, in their order. */
  List<RowResult> rows() {
    return series.rows().stream()
        .map(
            row ->
                new RowResult(row, of(row.name()), row.against().map(this::of).orElse(List.of())))
        .toList();
  }

  private List<PlannedRun> of(String change) {
    return runs.stream().filter(each -> each.run().change().equals(change)).toList();
  }

  long count(Standing.State state) {
    return runs.stream().filter(each -> each.standing().state() == state).count();
  }

  long failed() {
    return runs.stream().filter(each -> each.standing().endedEarly()).count();
  }

  /** Runs that are not over. */
  long left() {
    return runs.size() - count(Standing.State.DONE) - failed();
  }

  double seconds() {
    return runs.stream().mapToDouble(PlannedRun::seconds).sum();
  }

  /** The row of the highest mean top-1 among those of several runs, if there are such. */
  Optional<RowResult> best() {
    boolean several = rows().stream().anyMatch(row -> row.done() > 1);
    return rows().stream()
        .filter(row -> row.done() > (several ? 1 : 0))
        .filter(row -> Double.isFinite(row.top1().mean()))
        .max((a, b) -> Double.compare(a.top1().mean(), b.top1().mean()));
  }

  /** The changes that change nothing, a sentence each. */
  List<String> idle() {
    return series.rows().stream()
        .filter(row -> !row.anew())
        .map(
            row ->
                "%s changes nothing: without it %s the same."
                    .formatted(
                        row.name(),
                        String.join(" and ", row.sets().keySet())
                            + (row.sets().size() == 1 ? " is" : " are")))
        .toList();
  }

  /** The table for people: a head, and a line for each row. */
  List<List<String>> table() {
    List<List<String>> table = new ArrayList<>();
    table.add(HEADS);
    rows().forEach(row -> table.add(cells(row)));
    return table;
  }

  private static final List<String> HEADS =
      List.of(
          "change",
          "runs",
          "top-1",
          "difference",
          "so it is",
          "compared with",
          "min .. max",
          "best epoch",
          "images/s",
          "wall time");

  private static List<String> cells(RowResult row) {
    Spread top1 = row.top1();
    Spread difference = row.difference();
    return List.of(
        row.row().name(),
        row.done() == row.runs().size()
            ? String.valueOf(row.done())
            : "%d of %d".formatted(row.done(), row.runs().size()),
        points(top1.mean(), "%.2f %%") + within(top1.deviation()),
        points(difference.mean(), "%+.2f") + within(difference.halfWidth()),
        row.verdict() == RowResult.Verdict.NONE ? "–" : row.verdict().words(),
        row.row().against().orElse("–"),
        top1.n() < 2 ? "–" : Figures.format("%.2f .. %.2f", 100 * top1.min(), 100 * top1.max()),
        points(row.of(PlannedRun::bestTop1).mean(), "%.2f %%"),
        Figures.number(row.of(PlannedRun::imagesPerSecond).mean()),
        duration(row.of(PlannedRun::seconds).mean()));
  }

  private static String points(double share, String pattern) {
    return Double.isFinite(share) ? Figures.format(pattern, 100 * share) : "–";
  }

  private static String within(double share) {
    return Double.isFinite(share) ? Figures.format(" ± %.2f", 100 * share) : "";
  }

  private static String duration(double seconds) {
    return Double.isFinite(seconds) ? Figures.duration(seconds) : "–";
  }

  /** Mean over the done runs of a row of a figure after the last epoch. */
  static double last(RowResult row, ToDoubleFunction<EpochMetrics> figure) {
    return row.of(run -> run.last(figure)).mean();
  }
}
