package io.millrace.prepare;

import io.millrace.store.Redaction;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks a few times a second after a prepare: tells its listener how far it is, and ends its Spark
 * jobs, and no others, once somebody asks for it. Lives on the driver.
 */
final class Pulse implements AutoCloseable, BooleanSupplier {
  private static final Logger LOG = LoggerFactory.getLogger(Pulse.class);
  private static final long PAUSE_MILLIS = 200;
  private static final long MOST_WAITING_MILLIS = 20_000;

  private record Pass(String name, LongAccumulator rows, int times, long of) {}

  private final SparkContext spark;
  private final PrepareListener listener;
  private final BooleanSupplier stop;
  private final String path;
  private final String group = "millrace-prepare-" + UUID.randomUUID();
  private final Thread thread = new Thread(this::run, "millrace-prepare");
  private final GroupTasks tasks;
  private volatile Pass pass;
  private volatile boolean stopped;

  Pulse(SparkContext spark, PrepareListener listener, BooleanSupplier stop, String path) {
    this.spark = spark;
    this.listener = listener;
    this.stop = stop;
    this.path = path;
    this.tasks = new GroupTasks(spark, group);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Names the jobs that come next.
   *
   * @throws PrepareStoppedException if somebody asked for the end
   */
  void next(String description) {
    pass = null;
    if (getAsBoolean()) {
      throw new PrepareStoppedException(path);
    }
    spark.setJobGroup(group, "prepare: " + Redaction.of(description), false);
  }

  /** Counts from here on what a pass over {@code of} rows adds, {@code times} for each. */
  LongAccumulator over(String name, int times, long of) {
    LongAccumulator rows = spark.longAccumulator();
    pass = new Pass(name, rows, times, of);
    return rows;
  }

  /** Whether somebody asked for the end. */
  @Override
  public boolean getAsBoolean() {
    return stopped || stop.getAsBoolean();
  }

  /** What a failure means: the end that was asked for, once no task runs on, or itself. */
  Exception reason(Exception failure) {
    awaitTasks();
    return stopped ? new PrepareStoppedException(path) : failure;
  }

  private void run() {
    try {
      while (true) {
        beat();
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private void beat() {
    Pass now = pass;
    if (now != null) {
      listener.passed(now.name, Math.min(now.of, now.rows.value() / now.times), now.of);
    }
    if (stop.getAsBoolean()) {
      stopped = true;
      spark.cancelJobGroup(group);
    }
  }

  /** A task that still writes would make the folder again that is about to go. */
  private void awaitTasks() {
    try {
      if (!tasks.awaitEnd(MOST_WAITING_MILLIS)) {
        LOG.warn("Tasks of the prepare that ends still run; they may leave files in {}", path);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    tasks.close();
    spark.clearJobGroup();
  }
}
