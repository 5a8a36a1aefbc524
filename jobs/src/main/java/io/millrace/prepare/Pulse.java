package io.millrace.prepare;

import io.millrace.cluster.StoppableJobs;
import io.millrace.store.Redaction;
import java.util.function.BooleanSupplier;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * Looks after a prepare: tells its listener how far it is, and ends it once somebody asks for that.
 * Lives on the driver.
 */
final class Pulse implements AutoCloseable, BooleanSupplier {
  private record Pass(String name, LongAccumulator rows, int times, long of) {}

  private final SparkContext spark;
  private final PrepareListener listener;
  private final String path;
  private final StoppableJobs jobs;
  private volatile Pass pass;

  Pulse(SparkContext spark, PrepareListener listener, BooleanSupplier stop, String path) {
    this.spark = spark;
    this.listener = listener;
    this.path = path;
    this.jobs = new StoppableJobs(spark, "prepare", path, stop, this::tell);
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
    jobs.describe(Redaction.of(description));
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
    return jobs.getAsBoolean();
  }

  /** What a failure means: the end that was asked for, once no task runs on, or itself. */
  Exception reason(Exception failure) {
    return jobs.wereStopped() ? new PrepareStoppedException(path) : failure;
  }

  private void tell() {
    Pass now = pass;
    if (now != null) {
      listener.passed(now.name, Math.min(now.of, now.rows.value() / now.times), now.of);
    }
  }

  @Override
  public void close() {
    jobs.close();
  }
}
