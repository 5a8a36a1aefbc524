package io.millrace.training;

import java.time.Duration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceProfile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What must hold of a cluster before training starts on it. Runs on the driver. */
public final class ClusterCheck {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterCheck.class);
  private static final long LOOK_MILLIS = 100;

  private ClusterCheck() {}

  /**
   * Refuses a cluster whose executors come and go.
   *
   * @throws IllegalArgumentException where dynamic allocation is on
   */
  public static void lastingExecutors(SparkConf conf) {
    if (conf.getBoolean("spark.dynamicAllocation.enabled", false)) {
      throw new IllegalArgumentException(
          "Invalid spark.dynamicAllocation.enabled: true (must be false: workers keep their"
              + " replicas on executors that stay)");
    }
  }

  /** Refuses settings of Spark that cannot work, and warns of those that are no good. */
  static void settings(SparkConf conf) {
    lastingExecutors(conf);
    String master = conf.get("spark.master", "");
    if (master.matches("local(\\[[^,]*])?")) {
      LOG.warn(
          "Spark master {} never retries a task: use local[N,4] to survive a failed one", master);
    }
  }

  /**
   * Waits until the cluster can run as many tasks side by side as there are workers; a local master
   * never has more slots than now.
   *
   * @param timeout zero to train in waves on the slots that there are
   * @throws IllegalArgumentException when a local master cannot
   * @throws IllegalStateException when a cluster cannot after {@code timeout}
   */
  public static void awaitSlots(JavaSparkContext spark, int workers, Duration timeout) {
    if (timeout.isZero()) {
      return;
    }
    long end = System.nanoTime() + timeout.toNanos();
    int slots = slots(spark);
    if (slots < workers && spark.isLocal()) {
      throw new IllegalArgumentException(
          tooFew(workers, "%s has %s".formatted(spark.master(), counted(slots))));
    }
    if (slots < workers) {
      LOG.info(
          "Waiting up to {} s for {} slots; there are {}", timeout.toSeconds(), workers, slots);
    }
    while (slots < workers && System.nanoTime() < end) {
      pause();
      slots = slots(spark);
    }
    if (slots < workers) {
      throw new IllegalStateException(
          tooFew(
              workers,
              "the cluster has %s after %d s".formatted(counted(slots), timeout.toSeconds())));
    }
  }

  private static String tooFew(int workers, String slots) {
    return "Cannot train with %d workers: %s (give it more cores, or lower training.workers)"
        .formatted(workers, slots);
  }

  private static String counted(int slots) {
    return slots + (slots == 1 ? " slot" : " slots");
  }

  private static int slots(JavaSparkContext spark) {
    // Counts cores, task cpus and GPUs as the scheduler does; no public call gives that number.
    ResourceProfile profile = spark.sc().resourceProfileManager().defaultResourceProfile();
    return spark.sc().maxNumConcurrentTasks(profile);
  }

  private static void pause() {
    try {
      Thread.sleep(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Cannot train: interrupted while waiting for slots", e);
    }
  }
}
