package io.millrace.cluster;

import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.FetchFailed;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.TaskInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what fails on the cluster in an epoch, and ends a run that only fails: {@code
 * spark.task.maxFailures} is about one task of one job, and knows nothing of a cluster that loses
 * an executor in every round. A loser of speculation is no failure. Lives on the driver.
 */
public final class FailureWatch extends SparkListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FailureWatch.class);

  /** How Spark says that it gave a job up since a task was lost again and again. */
  private static final Pattern GIVEN_UP =
      Pattern.compile(
          "(?s)Job aborted due to stage failure: .* failed (\\d+) times, most recent failure:"
              + " (?:ExecutorLostFailure|Lost task .*(?:ExecutorLostFailure|"
              + HungTaskException.class.getSimpleName()
              + ")).*");

  private final JavaSparkContext spark;
  private final int most;
  private int failures;
  private volatile String lost;

  /**
   * Begins to count.
   *
   * @param most failures that an epoch lives through
   */
  public FailureWatch(JavaSparkContext spark, int most) {
    this.spark = spark;
    this.most = most;
    spark.sc().addSparkListener(this);
  }

  /** Why the jobs were cancelled, if they were. */
  public Optional<String> lost() {
    return Optional.ofNullable(lost);
  }

  /** Why a job failed, where that lies in the cluster and not in what was to be done. */
  public static Optional<String> why(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof SparkException && each.getMessage() != null) {
        var given = GIVEN_UP.matcher(each.getMessage());
        if (given.matches()) {
          return Optional.of(
              "a task was lost %s times, with its executor or since it did not end"
                  .formatted(given.group(1)));
        }
      }
    }
    return Optional.empty();
  }

  /** An epoch is done, which is progress. */
  public synchronized void epochEnded() {
    failures = 0;
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.reason() instanceof ExceptionFailure failure) {
      if (failure.className().equals(HungTaskException.class.getName())) {
        TaskInfo task = end.taskInfo();
        LOG.warn(
            "Task {} on {} (executor {}): {}; it is tried again",
            task.index(),
            task.host(),
            task.executorId(),
            failure.description());
      }
      count();
    } else if (end.reason() instanceof FetchFailed) {
      count();
    }
  }

  @Override
  public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
    count();
  }

  private synchronized void count() {
    failures++;
    if (failures > most && lost == null && !spark.sc().isStopped()) {
      lost =
          "%d tasks and executors were lost in one epoch (faults.failures: %d)"
              .formatted(failures, most);
      spark.sc().cancelAllJobs();
    }
  }

  @Override
  public void close() {
    spark.sc().removeSparkListener(this);
  }
}
