package io.millrace.epoch;

import io.millrace.dataset.IdSum;
import io.millrace.wire.Measures;
import java.io.Serializable;
import java.util.List;

/**
 * Which examples were fed to one worker in one round, or to several, and all that was measured on
 * the way: by the feed, and by who trained on what it fed.
 *
 * @param examples examples fed
 * @param idSumHigh high half of the order-free 128-bit hash of the ids fed (a sum of hashes modulo
 *     2^128)
 * @param idSumLow low half of it
 * @param measures what was measured; times in ns
 */
public record FeedReport(long examples, long idSumHigh, long idSumLow, Measures measures)
    implements Serializable {
  /** Bytes read from storage. */
  public static final String BYTES_READ = "bytes_read";

  /** Time in storage reads. */
  public static final String READ = "read";

  /** Time in decoding. */
  public static final String DECODE = "decode";

  /** Time in augmenting, normalising, smoothing and mixing. */
  public static final String AUGMENT = "augment";

  /** Time that the consumer waited for data. */
  public static final String WAITING = "waiting";

  /** Of examples whose ids nobody knows. */
  public static FeedReport of(long examples) {
    return new FeedReport(examples, 0, 0, new Measures());
  }

  /** What several workers or rounds were fed together. */
  public static FeedReport sum(List<FeedReport> reports) {
    IdSum ids = new IdSum();
    Measures measures = new Measures();
    for (FeedReport report : reports) {
      ids.add(new IdSum(report.idSumHigh, report.idSumLow));
      measures.add(report.measures);
    }
    long examples = reports.stream().mapToLong(FeedReport::examples).sum();
    return new FeedReport(examples, ids.high(), ids.low(), measures);
  }
}
