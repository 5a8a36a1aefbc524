package io.millrace.metrics;

import io.millrace.training.RoundReport;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Where the time of an epoch went, in seconds. Read, decode, augment, waiting, compute and
 * serialise are sums over the workers, and the first three run in the background of compute;
 * schedule, aggregate and broadcast are the driver's.
 */
public record TimeSplit(
    double read,
    double decode,
    double augment,
    double waiting,
    double compute,
    double serialise,
    double schedule,
    double aggregate,
    double broadcast) {

  /** The sum over the rounds. */
  static TimeSplit of(List<RoundReport> rounds) {
    return new TimeSplit(
        seconds(rounds, r -> r.feed().readNanos()),
        seconds(rounds, r -> r.feed().decodeNanos()),
        seconds(rounds, r -> r.feed().augmentNanos()),
        seconds(rounds, r -> r.feed().waitNanos()),
        seconds(rounds, RoundReport::computeNanos),
        seconds(rounds, RoundReport::serialiseNanos),
        seconds(rounds, RoundReport::scheduleNanos),
        seconds(rounds, RoundReport::aggregateNanos),
        seconds(rounds, RoundReport::broadcastNanos));
  }

  /** Share of the replicas' time that they waited for data: waiting / (waiting + compute). */
  double waitShare() {
    return waiting == 0 ? 0 : waiting / (waiting + compute);
  }

  private static double seconds(List<RoundReport> rounds, ToLongFunction<RoundReport> nanos) {
    return rounds.stream().mapToLong(nanos).sum() / 1e9;
  }
}
