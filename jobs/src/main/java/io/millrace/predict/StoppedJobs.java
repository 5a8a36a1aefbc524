package io.millrace.predict;

import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.apache.spark.SparkContext;

/** Ends the Spark jobs that this thread starts, and no others, once somebody asks for it. */
final class StoppedJobs implements AutoCloseable {
  private static final long PAUSE_MILLIS = 200;

  private final SparkContext spark;
  private final String group = "millrace-predict-" + UUID.randomUUID();
  private final BooleanSupplier stop;
  private final Thread thread = new Thread(this::look, "millrace-predict");

  StoppedJobs(SparkContext spark, String description, BooleanSupplier stop) {
    this.spark = spark;
    this.stop = stop;
    spark.setJobGroup(group, description, false);
    thread.setDaemon(true);
    thread.start();
  }

  private void look() {
    try {
      while (true) {
        if (stop.getAsBoolean()) {
          spark.cancelJobGroup(group); // again each time: a job may begin after it
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  /** Runs jobs of this thread; false where they failed since somebody asked for the end. */
  boolean run(Runnable jobs) {
    try {
      jobs.run();
      return true;
    } catch (Exception e) { // Spark's own are checked, and nobody declares them
      if (stop.getAsBoolean()) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    spark.clearJobGroup();
  }
}
