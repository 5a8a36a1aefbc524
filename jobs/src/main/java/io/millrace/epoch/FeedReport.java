package io.millrace.epoch;

import io.millrace.dataset.IdSum;
import java.io.Serializable;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What feeding one (round, worker) cost, and which examples it fed.
 *
 * @param examples examples fed
 * @param idSumHigh high half of the order-free 128-bit hash of the ids fed (a sum of hashes modulo
 *     2^128)
 * @param idSumLow low half of it
 * @param bytesRead bytes read from storage
 * @param readNanos time in storage reads, in ns
 * @param decodeNanos time in decoding, in ns
 * @param augmentNanos time in augmenting, normalising, smoothing and mixing, in ns
 * @param waitNanos time the consumer waited for data, in ns
 */
public record FeedReport(
    long examples,
    long idSumHigh,
    long idSumLow,
    long bytesRead,
    long readNanos,
    long decodeNanos,
    long augmentNanos,
    long waitNanos)
    implements Serializable {
  /** What several workers or rounds cost together. */
  public static FeedReport sum(List<FeedReport> reports) {
    IdSum ids = new IdSum();
    reports.forEach(report -> ids.add(new IdSum(report.idSumHigh, report.idSumLow)));
    return new FeedReport(
        total(reports, FeedReport::examples),
        ids.high(),
        ids.low(),
        total(reports, FeedReport::bytesRead),
        total(reports, FeedReport::readNanos),
        total(reports, FeedReport::decodeNanos),
        total(reports, FeedReport::augmentNanos),
        total(reports, FeedReport::waitNanos));
  }

  private static long total(List<FeedReport> reports, ToLongFunction<FeedReport> part) {
    return reports.stream().mapToLong(part).sum();
  }
}
