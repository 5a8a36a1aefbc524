package io.millrace.training;

import io.millrace.epoch.FeedReport;
import java.util.List;

/** Feed reports of several workers as one. */
final class FeedReports {
  private FeedReports() {}

  /** The sums; those of the hashes modulo 2^128. */
  static FeedReport sum(List<FeedReport> reports) {
    long high = 0;
    long low = 0;
    for (FeedReport report : reports) {
      low += report.idSumLow();
      long carry = Long.compareUnsigned(low, report.idSumLow()) < 0 ? 1 : 0;
      high += report.idSumHigh() + carry;
    }
    return new FeedReport(
        reports.stream().mapToLong(FeedReport::examples).sum(),
        high,
        low,
        reports.stream().mapToLong(FeedReport::bytesRead).sum(),
        reports.stream().mapToLong(FeedReport::readNanos).sum(),
        reports.stream().mapToLong(FeedReport::decodeNanos).sum(),
        reports.stream().mapToLong(FeedReport::augmentNanos).sum(),
        reports.stream().mapToLong(FeedReport::waitNanos).sum());
  }
}
