package io.millrace.cluster;

import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/**
 * The tasks of one job group that run. A job that was cancelled is over for its caller while its
 * tasks still write; Spark's own count of them is brought up to date only several times a second.
 * Lives on the driver.
 */
final class GroupTasks extends SparkListener implements AutoCloseable {
  private static final long PAUSE_MILLIS = 25;
  private static final String GROUP = "spark.jobGroup.id"; // as SparkContext.setJobGroup sets it

  private final SparkContext spark;
  private final String group;
  private final String last;
  private final Set<Integer> stages = ConcurrentHashMap.newKeySet();
  private final Set<Long> running = ConcurrentHashMap.newKeySet();
  private final Set<Integer> lastJobs = ConcurrentHashMap.newKeySet();
  private final CountDownLatch heard = new CountDownLatch(1);

  GroupTasks(SparkContext spark, String group) {
    this.spark = spark;
    this.group = group;
    this.last = group + "-last";
    spark.addSparkListener(this);
  }

  @Override
  public void onJobStart(SparkListenerJobStart start) {
    if (isOf(last, start.properties())) {
      lastJobs.add(start.jobId());
    }
  }

  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
    if (isOf(group, submitted.properties())) {
      stages.add(submitted.stageInfo().stageId());
    }
  }

  private static boolean isOf(String group, Properties properties) {
    return properties != null && group.equals(properties.getProperty(GROUP));
  }

  @Override
  public void onJobEnd(SparkListenerJobEnd end) {
    if (lastJobs.contains(end.jobId())) {
      heard.countDown();
    }
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart start) {
    if (stages.contains(start.stageId())) {
      running.add(start.taskInfo().taskId());
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    running.remove(end.taskInfo().taskId());
  }

  /**
   * Waits until no task of the group runs, once its last job is over for the caller.
   *
   * @return whether that came to be before the time was over
   */
  boolean awaitEnd(long millis) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    boolean all = hearAll(millis);
    while (!running.isEmpty() && System.nanoTime() < end) {
      Thread.sleep(PAUSE_MILLIS);
    }
    return all && running.isEmpty();
  }

  /** Events come in order but late: those before a job without partitions came before its end. */
  private boolean hearAll(long millis) throws InterruptedException {
    if (spark.isStopped()) {
      return true; // its tasks went with it
    }
    Thread.sleep(PAUSE_MILLIS); // a start that the scheduler is about to tell
    spark.setJobGroup(last, "end", false);
    new JavaSparkContext(spark).emptyRDD().collect();
    return heard.await(millis, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    spark.removeSparkListener(this);
  }
}
