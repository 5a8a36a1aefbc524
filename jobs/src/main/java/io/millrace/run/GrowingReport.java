package io.millrace.run;

import io.millrace.metrics.EndedEpoch;
import io.millrace.metrics.RunListener;
import java.io.IOException;
import java.util.function.LongSupplier;
import org.apache.hadoop.fs.FSError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the report anew as a run goes on, behind its epochs: not before ten seconds since the last
 * time, and never for more than a fiftieth of the time by what the last one took; the first one,
 * which loads classes, says nothing of others. To hear of an epoch behind its files. Lives on the
 * driver.
 */
final class GrowingReport implements RunListener {
  private static final Logger LOG = LoggerFactory.getLogger(GrowingReport.class);
  private static final long PAUSE_NANOS = 10_000_000_000L;
  private static final int SHARE = 50;

  /** Writes the report of a run that is going on. */
  interface Writer {
    void write() throws IOException;
  }

  private final Writer writer;
  private final LongSupplier clock;
  private long written;
  private long cost;
  private boolean first = true;

  GrowingReport(RunOutput output, LongSupplier clock) {
    this(output::reportSoFar, clock);
  }

  GrowingReport(Writer writer, LongSupplier clock) {
    this.writer = writer;
    this.clock = clock;
    this.written = clock.getAsLong();
  }

  @Override
  public void epochEnded(EndedEpoch epoch) {
    long begun = clock.getAsLong();
    if (begun - written < Math.max(PAUSE_NANOS, SHARE * cost)) {
      return;
    }
    try {
      writer.write();
    } catch (IOException | FSError e) {
      LOG.warn("{}; training goes on, and tries again after another epoch", e.getMessage());
    }
    written = clock.getAsLong();
    cost = first ? 0 : written - begun;
    first = false;
  }
}
