package io.millrace.metrics;

import java.util.function.LongSupplier;

/**
 * How far a pass over images is, such as one of {@code prepare} or an evaluation: images/s and time
 * left, counted from the first that is done, since starting takes its own time. Lives on the
 * driver.
 */
public final class WorkProgress implements AutoCloseable {
  private static final long NANOS_TO_TELL = 3_000_000_000L;

  private final ProgressLine line;
  private String work = "";
  private long from;
  private long first;

  /** Progress on the standard error. */
  public WorkProgress() {
    this(Terminal.here(), System::nanoTime);
  }

  WorkProgress(Terminal terminal, LongSupplier clock) {
    this.line = new ProgressLine(terminal, clock);
  }

  /**
   * Says how far the work is, if it is time to.
   *
   * @param name of the work; another one begins anew
   * @param done images that are through
   * @param of images in all
   */
  public synchronized void reached(String name, long done, long of) {
    long now = line.now();
    if (!name.equals(work)) {
      work = name;
      from = -1;
    }
    if (from < 0 && done > 0) {
      from = now;
      first = done;
    }
    if (of > 0 && line.due()) {
      double seconds = from < 0 ? 0 : (now - from) / 1e9;
      double pace = seconds > 0 && done > first ? (done - first) / seconds : Double.NaN;
      String left =
          done < of && now - from >= NANOS_TO_TELL && pace > 0
              ? Figures.duration((of - done) / pace) + " left"
              : "";
      line.show(
          name,
          Math.min(1, (double) done / of),
          Figures.format("%,d of %,d images", done, of),
          Double.isNaN(pace) ? "" : Figures.number(pace) + " images/s",
          left);
    }
  }

  /** Takes the line away, so that results stand alone. */
  @Override
  public synchronized void close() {
    line.clear();
  }
}
