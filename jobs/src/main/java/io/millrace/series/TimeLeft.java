package io.millrace.series;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How long a series will take yet: {@code epochs left x examples x seconds an example}, the last by
 * the runs of the same change that were measured, else by those of the nearest one above it that
 * was, else below it.
 */
record TimeLeft(List<PlannedRun> runs) {
  /** Seconds that all runs take yet; not a number where nothing was measured. */
  double seconds() {
    return IntStream.range(0, runs.size()).mapToDouble(this::seconds).sum();
  }

  /** Seconds that a run takes yet; not a number where nothing was measured. */
  double seconds(int index) {
    PlannedRun run = runs.get(index);
    return run.epochsLeft() == 0 ? 0 : run.epochsLeft() * run.examples() * secondsAnExample(index);
  }

  private double secondsAnExample(int index) {
    double same = mean(runs.get(index).run().change());
    for (int i = index - 1; i >= 0 && Double.isNaN(same); i--) {
      same = mean(runs.get(i).run().change());
    }
    for (int i = index + 1; i < runs.size() && Double.isNaN(same); i++) {
      same = mean(runs.get(i).run().change());
    }
    return same;
  }

  private double mean(String change) {
    return runs.stream()
        .filter(each -> each.run().change().equals(change))
        .mapToDouble(PlannedRun::secondsAnExample)
        .filter(Double::isFinite)
        .average()
        .orElse(Double.NaN);
  }
}
