package io.millrace.cluster;

import io.millrace.settings.Counts;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceProfile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What must hold of a cluster before training starts on it. Runs on the driver. */
public final class ClusterCheck {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterCheck.class);
  private static final long LOOK_MILLIS = 100;
  private static final String TASK_GPUS = "spark.task.resource.gpu.amount";
  private static final Pattern LOCAL =
      Pattern.compile("local(?:\\[\\s*(\\d+|\\*)\\s*(?:,\\s*\\d+\\s*)?])?");

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

  /**
   * Refuses to encrypt messages by a cipher with which this Spark loses them.
   *
   * @throws IllegalArgumentException where the settings name it
   */
  public static void cipher(SparkConf conf) {
    NetworkCipher.refuseDropping(conf, org.apache.spark.package$.MODULE$.SPARK_VERSION());
  }

  /**
   * Refuses settings by which tasks would share a GPU, have several, or none of those that there
   * are.
   *
   * @throws IllegalArgumentException where a task has not exactly one
   */
  public static void gpus(SparkConf conf) {
    String task = conf.get(TASK_GPUS, "");
    boolean none = task.isEmpty() && conf.getDouble("spark.executor.resource.gpu.amount", 0) == 0;
    if (!none && !task.strip().matches("1(\\.0*)?")) {
      throw new IllegalArgumentException(
          "Invalid %s: %s (must be 1 where executors have GPUs: a replica has one of its own)"
              .formatted(TASK_GPUS, task.isEmpty() ? "not set" : task));
    }
  }

  /**
   * Tries a standalone master, which Spark does for a minute and with stack traces.
   *
   * @throws IOException in one line that names it, where nothing can be connected to there
   */
  public static void reachable(String master) throws IOException {
    StandaloneMaster.require(master);
  }

  /** Refuses settings of Spark that cannot work, and warns of those that are no good. */
  public static void settings(SparkConf conf) {
    lastingExecutors(conf);
    cipher(conf);
    gpus(conf);
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
   * @param stop asked while waiting whether to end here
   * @return whether training can start; not so where {@code stop} said to end
   * @throws IllegalArgumentException when a local master cannot
   * @throws IllegalStateException when a cluster cannot after {@code timeout}, with the reason
   */
  public static boolean awaitSlots(
      JavaSparkContext spark, int workers, Duration timeout, BooleanSupplier stop) {
    if (timeout.isZero()) {
      return true;
    }
    localSlots(spark.master(), workers);
    long end = System.nanoTime() + timeout.toNanos();
    int slots = slots(spark);
    if (slots < workers) {
      LOG.info(
          "Waiting up to {} s for {} slots; there are {}", timeout.toSeconds(), workers, slots);
    }
    while (slots < workers && System.nanoTime() < end && !spark.sc().isStopped()) {
      if (stop.getAsBoolean()) {
        return false;
      }
      pause();
      slots = slots(spark);
    }
    if (slots < workers) {
      throw new IllegalStateException(
          "Cannot train with %s: %s has %s after %d s: %s"
              .formatted(
                  Counts.of(workers, "worker"),
                  spark.master(),
                  counted(slots),
                  timeout.minusNanos(Math.max(0, end - System.nanoTime())).toSeconds(),
                  MissingSlots.why(spark.sc(), slots)));
    }
    return true;
  }

  /**
   * Refuses more workers than a local master has slots for, which its name tells; another master
   * can only be asked.
   *
   * @throws IllegalArgumentException where there are too few
   */
  public static void localSlots(String master, int workers) {
    missingSlots(master, workers)
        .ifPresent(
            words -> {
              throw new IllegalArgumentException("Cannot train with " + words);
            });
  }

  /** Workers that a local master has too few slots for, and what to do, in words. */
  public static Optional<String> missingSlots(String master, int workers) {
    Matcher local = LOCAL.matcher(master);
    if (!local.matches()) {
      return Optional.empty();
    }
    String threads = local.group(1);
    int slots =
        threads == null
            ? 1
            : threads.equals("*")
                ? Runtime.getRuntime().availableProcessors()
                : Integer.parseInt(threads);
    return slots >= workers
        ? Optional.empty()
        : Optional.of(
            "%s: %s has %s (--master 'local[%d,4]' has as many, or lower training.workers)"
                .formatted(Counts.of(workers, "worker"), master, counted(slots), workers));
  }

  static String counted(int slots) {
    return Counts.of(slots, "slot");
  }

  /** Tasks that the cluster can run side by side now; none once the context has ended. */
  static int slots(JavaSparkContext spark) {
    if (spark.sc().isStopped()) {
      return 0;
    }
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
