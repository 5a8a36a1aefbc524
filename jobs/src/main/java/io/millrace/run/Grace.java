package io.millrace.run;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time that a round, or an evaluation, may still take once the run was asked to stop: who asks
 * kills soon, and what the driver has is enough to go on from. Lives on the driver.
 */
final class Grace implements AutoCloseable {
  private static final long AGAIN_MILLIS = 20;
  private static final Logger LOG = LoggerFactory.getLogger(Grace.class);

  private final Duration time;
  private final Runnable cancel;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread made = new Thread(task, "millrace-grace");
            made.setDaemon(true);
            return made;
          });
  private ScheduledFuture<?> ending;
  private boolean working;
  private boolean over;

  /**
   * The grace of a run.
   *
   * @param stop what asks
   * @param cancel ends the work that is being done
   */
  Grace(StopRequest stop, Duration time, Runnable cancel) {
    this.time = time;
    this.cancel = cancel;
    stop.whenAsked(this::begin);
  }

  private synchronized void begin() {
    try {
      ending =
          timer.scheduleWithFixedDelay(
              this::end, time.toMillis(), AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("The run is over", e);
    }
  }

  private synchronized void end() {
    if (working) {
      if (!over) {
        LOG.warn(
            "Neither round nor evaluation ended within {} s (checkpoint.grace): it is given up",
            time.toSeconds());
      }
      over = true;
      cancel.run(); // and again, as work that has just begun may have no job yet
    }
  }

  /**
   * Does work that may be given up.
   *
   * @param lost why the cluster could not end what failed so, if it could not
   * @param save writes what was done before it; path of the newest checkpoint
   * @throws StoppedException if it was given up
   */
  <T> T during(
      Supplier<T> work,
      Function<Exception, Optional<String>> lost,
      Supplier<Optional<String>> save) {
    working(true);
    try {
      return work.get();
    } catch (Exception e) { // also Spark's, which are checked, and nobody declares them
      working(false);
      if (isOver()) {
        throw new StoppedException(save.get());
      }
      Optional<String> why = e instanceof StoppedException ? Optional.empty() : lost.apply(e);
      if (why.isPresent()) {
        throw new StoppedException("Stopped, as " + why.get(), save.get());
      }
      throw e;
    } finally {
      working(false);
    }
  }

  private synchronized void working(boolean now) {
    working = now;
  }

  private synchronized boolean isOver() {
    return over;
  }

  @Override
  public synchronized void close() {
    if (ending != null) {
      ending.cancel(false);
    }
    timer.shutdownNow();
  }
}
