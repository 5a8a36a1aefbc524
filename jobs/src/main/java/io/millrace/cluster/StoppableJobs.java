package io.millrace.cluster;

import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.apache.spark.SparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Spark jobs of one command: looks a few times a second whether somebody asks for their end,
 * and then ends them and no others. Lives on the driver, and is of the thread that made it.
 */
public final class StoppableJobs implements AutoCloseable, BooleanSupplier {
  private static final Logger LOG = LoggerFactory.getLogger(StoppableJobs.class);
  private static final long PAUSE_MILLIS = 200;
  private static final long MOST_WAITING_MILLIS = 20_000;

  private final SparkContext spark;
  private final String command;
  private final String path;
  private final BooleanSupplier stop;
  private final Runnable look;
  private final String group;
  private final GroupTasks tasks;
  private final Thread thread;
  private volatile boolean stopped;

  /**
   * Begins to look.
   *
   * @param command whose jobs they are
   * @param path folder that their tasks write
   * @param stop whether somebody asks for the end
   * @param look what else is done each time
   */
  public StoppableJobs(
      SparkContext spark, String command, String path, BooleanSupplier stop, Runnable look) {
    this.spark = spark;
    this.command = command;
    this.path = path;
    this.stop = stop;
    this.look = look;
    this.group = "millrace-%s-%s".formatted(command, UUID.randomUUID());
    this.tasks = new GroupTasks(spark, group);
    this.thread = new Thread(this::run, "millrace-" + command);
    thread.setDaemon(true);
    thread.start();
  }

  /** Names the jobs of this thread that come next. */
  public void describe(String description) {
    spark.setJobGroup(group, "%s: %s".formatted(command, description), false);
  }

  /** Whether somebody asked for the end. */
  @Override
  public boolean getAsBoolean() {
    return stopped || stop.getAsBoolean();
  }

  /** Whether jobs that failed were ended; waits until none of their tasks runs. */
  public boolean wereStopped() {
    awaitTasks();
    return getAsBoolean();
  }

  private void run() {
    try {
      while (true) {
        look.run();
        if (stop.getAsBoolean()) {
          stopped = true;
          spark.cancelJobGroup(group); // again each time: a job may begin after it
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  /** A task that still writes would make files again that are about to go, or begin anew. */
  private void awaitTasks() {
    try {
      if (!tasks.awaitEnd(MOST_WAITING_MILLIS)) {
        LOG.warn("Tasks of the {} that ends still run; they may leave files in {}", command, path);
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
