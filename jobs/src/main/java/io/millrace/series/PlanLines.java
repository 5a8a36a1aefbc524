package io.millrace.series;

import io.millrace.metrics.Figures;
import io.millrace.settings.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A series' plan in words.
 *
 * @param plan the plan
 */
record PlanLines(SeriesPlan plan) {
  /** The plan in lines for the terminal; the last one is for programs. */
  List<String> all() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%-14s %s: %s, %s, in %s"
            .formatted(
                "series",
                plan.series().name(),
                Counts.of(plan.series().rows().size(), "change"),
                Counts.of(plan.runs().size(), "run"),
                plan.series().folder()));
    TimeLeft time = new TimeLeft(plan.runs());
    int width = plan.runs().stream().mapToInt(each -> each.run().name().length()).max().orElse(0);
    String change = "";
    for (int i = 0; i < plan.runs().size(); i++) {
      PlannedRun run = plan.runs().get(i);
      if (!run.run().change().equals(change)) {
        change = run.run().change();
        lines.add("%-14s %s".formatted("change", words(change)));
      }
      String line = "  %-" + width + "s  %-9s  %s";
      lines.add(
          line.formatted(
                  run.run().name(), run.standing().state().words(), words(run, time.seconds(i)))
              .stripTrailing());
    }
    long left = plan.runs().stream().filter(each -> each.standing().isLeft()).count();
    lines.add("%-14s %s%s".formatted("left", Counts.of(left, "run"), about(", ", time.seconds())));
    lines.add(last());
    return lines;
  }

  /** What each change sets and comes to, a line each. */
  List<String> changes() {
    return plan.series().rows().stream().map(row -> words(row.name())).toList();
  }

  /** The row's name, what it is made in, what it sets and what that comes to. */
  private String words(String change) {
    Series.Row row =
        plan.series().rows().stream()
            .filter(each -> each.name().equals(change))
            .findFirst()
            .orElseThrow();
    String sets =
        row.sets().entrySet().stream()
            .map(each -> each.getKey() + "=" + each.getValue())
            .collect(Collectors.joining(" "));
    return "%s%s: %s%s"
        .formatted(
            change,
            row.from().map(" in "::concat).orElse(""),
            sets.isEmpty() ? "" : sets + (row.anew() ? "; " : ", which is so without it; "),
            plan.recipes().get(change));
  }

  private static String words(PlannedRun run, double seconds) {
    Standing standing = run.standing();
    String epochs =
        "epoch %d of %d"
            .formatted(standing.epochs().size(), run.run().config().training().epochs());
    return switch (standing.state()) {
      case NEW -> about("", seconds) + run.run().needs().map(" after "::concat).orElse("");
      case BEGUN -> "after " + epochs + about(", ", seconds);
      case DONE ->
          "top-1 %s, %s"
              .formatted(
                  Figures.percent(run.last(each -> each.valTop1())),
                  Figures.duration(run.seconds()));
      case DIVERGED -> "after " + epochs + ": " + standing.words();
      case FAILED -> "after " + epochs + ": " + standing.words() + about("; again, ", seconds);
      case CHANGED -> "it was trained with " + standing.words() + about("; anew, ", seconds);
    };
  }

  static String about(String before, double seconds) {
    return Double.isFinite(seconds) ? before + "about " + Figures.duration(seconds) : "";
  }

  private String last() {
    long done = plan.runs().stream().filter(PlannedRun::isDone).count();
    long failed = plan.runs().stream().filter(each -> each.standing().endedEarly()).count();
    long left = plan.runs().stream().filter(each -> each.standing().isLeft()).count();
    double seconds = new TimeLeft(plan.runs()).seconds();
    return "runs=%d done=%d failed=%d left=%d%s"
        .formatted(
            plan.runs().size(),
            done,
            failed,
            left,
            Double.isFinite(seconds) ? " seconds=" + Math.round(seconds) : "");
  }
}
