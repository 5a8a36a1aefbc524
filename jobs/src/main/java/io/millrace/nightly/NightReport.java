package io.millrace.nightly;

import io.millrace.line.Comparison;
import io.millrace.line.LineConfig;
import io.millrace.line.Night;
import io.millrace.line.Night.Verdict;
import io.millrace.metrics.Figures;
import io.millrace.settings.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What became of a night.
 *
 * @param night the night
 * @param before whether that was so before this call
 * @param config the line's
 * @param history of the line
 */
public record NightReport(Night night, boolean before, LineConfig config, HistoryReport history) {
  /** Whether the night failed: somebody has to look at it. */
  public boolean failed() {
    return night.verdict().outcome() == Night.Outcome.REFUSED
        || night.verdict().outcome() == Night.Outcome.DIVERGED;
  }

  /** Whether the challenger was not good enough. */
  public boolean kept() {
    return night.verdict().outcome() == Night.Outcome.KEPT;
  }

  /** The report in lines for the terminal; the last one is for programs. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    Verdict verdict = night.verdict();
    if (before) {
      lines.add("%s is done since %s: nothing to do".formatted(night.date(), verdict.ended()));
    }
    for (Comparison each : verdict.comparisons()) {
      lines.add(
          "%-14s %s of %s: top-1 %s, the champion %s, difference %s points; McNemar %,d gained, %,d lost, p %s"
              .formatted(
                  "compared",
                  Counts.of(each.table().examples(), "held-out image"),
                  each.night(),
                  Figures.percent(each.table().challenger()),
                  Figures.percent(each.table().champion()),
                  interval(each),
                  each.table().gained(),
                  each.table().lost(),
                  Figures.number(each.p())));
    }
    if (verdict.alone() != null) {
      lines.add(
          "%-14s %s of %s: top-1 %s; compared with none"
              .formatted(
                  "measured",
                  Counts.of(verdict.alone().examples(), "held-out image"),
                  night.date(),
                  Figures.percent(verdict.alone().top1())));
    }
    lines.add("%-14s %s".formatted(verdict.outcome().words(), verdict.why()));
    lines.add(last());
    return lines;
  }

  /** {@code +0.20 (-0.61 to +1.02)}. */
  static String interval(Comparison each) {
    return Figures.format(
        "%+.2f (%+.2f to %+.2f)",
        100 * each.table().difference(), 100 * each.low(), 100 * each.high());
  }

  private String last() {
    StringBuilder words = new StringBuilder("night=" + night.date());
    words.append(" outcome=").append(word());
    if (!night.verdict().comparisons().isEmpty()) {
      Comparison tonight = night.verdict().comparisons().get(0);
      words.append(
          String.format(
              Locale.ROOT,
              " top1=%.4f champion_top1=%.4f low=%.4f high=%.4f",
              tonight.table().challenger(),
              tonight.table().champion(),
              tonight.low(),
              tonight.high()));
    }
    if (night.verdict().alone() != null) {
      words.append(String.format(Locale.ROOT, " top1=%.4f", night.verdict().alone().top1()));
    }
    return words.append(' ').append(history.last()).toString();
  }

  private String word() {
    return night.verdict().outcome().name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
