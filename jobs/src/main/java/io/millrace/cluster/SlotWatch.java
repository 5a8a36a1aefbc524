package io.millrace.cluster;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the slots that a command works on. With fewer than workers, rounds go in waves, with
 * the same weights; with none, Spark would wait for ever and in silence, so its jobs are cancelled
 * after a set time, or at once when somebody asks for the end. Lives on the driver.
 */
public final class SlotWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SlotWatch.class);
  private static final long LOOK_MILLIS = 500;

  private final JavaSparkContext spark;
  private final int workers;
  private final Duration patience;
  private final BooleanSupplier stop;
  private final Thread thread = new Thread(this::run, "millrace-slots");
  private volatile String lost;
  private boolean seen;
  private boolean waves;
  private long goneSince = -1;

  /**
   * Begins to look.
   *
   * @param workers slots that are wanted; one where any number does
   * @param patience how long to wait for an executor when there is none
   * @param stop whether somebody has asked for the end
   */
  public SlotWatch(JavaSparkContext spark, int workers, Duration patience, BooleanSupplier stop) {
    this.spark = spark;
    this.workers = workers;
    this.patience = patience;
    this.stop = stop;
    thread.setDaemon(true);
    if (!spark.isLocal()) {
      thread.start();
    }
  }

  /** Why the jobs were cancelled, if they were. */
  public Optional<String> lost() {
    return Optional.ofNullable(lost);
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(LOOK_MILLIS);
        look(spark.sc().isStopped() ? 0 : ClusterCheck.slots(spark), System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    } catch (IllegalStateException e) {
      LOG.debug("The context ended meanwhile", e);
    }
  }

  /** Takes what was seen. */
  void look(int slots, long now) {
    if (spark.sc().isStopped()) {
      lost = "Spark has ended: its master %s does not answer".formatted(spark.master());
    } else if (lost != null) {
      spark.sc().cancelAllJobs(); // of a command that went on to another job
    } else if (slots > 0) {
      seen = true;
      warnOfWaves(slots);
      goneSince = -1;
    } else if (goneSince < 0) {
      goneSince = now;
      if (seen) {
        LOG.warn(
            "All executors are gone; waiting {} s for another, then this ends",
            patience.toSeconds());
      } else {
        LOG.info("Waiting up to {} s for an executor", patience.toSeconds());
      }
    } else if (now - goneSince >= patience.toNanos()) {
      end(
          "the cluster has had no executor for %d s%s"
              .formatted(
                  patience.toSeconds(), seen ? "" : ": " + MissingSlots.why(spark.sc(), slots)));
    }
    if (goneSince >= 0 && lost == null && stop.getAsBoolean()) {
      end("no executor is left to end the round");
    }
  }

  private void warnOfWaves(int slots) {
    if (slots < workers && !waves) {
      LOG.warn(
          "The cluster has {} for {} workers: rounds go in waves, with the same weights",
          ClusterCheck.counted(slots),
          workers);
    }
    waves = slots < workers;
  }

  private void end(String why) {
    lost = why;
    spark.sc().cancelAllJobs();
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
