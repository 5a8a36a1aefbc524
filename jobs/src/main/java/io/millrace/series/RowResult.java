package io.millrace.series;

import io.millrace.metrics.EpochMetrics;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * What the runs of a change came to. Only those that are done count.
 *
 * @param row the change
 * @param runs its runs as they stand
 * @param against those of the row that it is compared with; none for the first
 */
record RowResult(Series.Row row, List<PlannedRun> runs, List<PlannedRun> against) {
  /** What the runs tell of a change and of the one that it is compared with. */
  enum Verdict {
    BETTER("better"),
    WORSE("worse"),
    /** The interval of the mean difference holds 0. */
    OPEN("not told apart"),
    /** Fewer than two seeds have both. */
    ONE_SEED("one seed"),
    NONE("");

    private final String words;

    Verdict(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  long done() {
    return runs.stream().filter(PlannedRun::isDone).count();
  }

  long failed() {
    return runs.stream().filter(each -> each.standing().endedEarly()).count();
  }

  Spread of(ToDoubleFunction<PlannedRun> figure) {
    return Spread.of(runs.stream().filter(PlannedRun::isDone).mapToDouble(figure));
  }

  /** Top-1 after the last epoch. */
  Spread top1() {
    return of(RowResult::top1);
  }

  double[] top1s() {
    return runs.stream().filter(PlannedRun::isDone).mapToDouble(RowResult::top1).toArray();
  }

  private static double top1(PlannedRun run) {
    return run.last(EpochMetrics::valTop1);
  }

  /** Top-1 less that of the other row's run of the same seed, of each seed that has both. */
  Spread difference() {
    return Spread.of(
        runs.stream()
            .filter(PlannedRun::isDone)
            .flatMapToDouble(
                run ->
                    same(run)
                        .map(other -> DoubleStream.of(top1(run) - top1(other)))
                        .orElse(DoubleStream.empty())));
  }

  private Optional<PlannedRun> same(PlannedRun run) {
    return against.stream()
        .filter(other -> other.isDone() && other.run().seed() == run.run().seed())
        .findFirst();
  }

  Verdict verdict() {
    Spread difference = difference();
    if (difference.n() < 2) {
      return difference.n() == 0 ? Verdict.NONE : Verdict.ONE_SEED;
    }
    if (Math.abs(difference.mean()) <= difference.halfWidth()) {
      return Verdict.OPEN;
    }
    return difference.mean() > 0 ? Verdict.BETTER : Verdict.WORSE;
  }
}
