package io.millrace.cluster;

import io.millrace.settings.Counts;
import java.util.OptionalInt;
import org.apache.spark.SparkConf;

/**
 * Whether a task of a round that is much slower than the others is tried a second time elsewhere,
 * and the first that ends counts. Tasks are pure functions, so it changes no bit; it pays where a
 * slot is free for it, which Spark's settings tell before anything starts: then it is on unless
 * {@code spark.speculation} says otherwise. A second attempt builds a replica, and so is worth it
 * only for a task that is far behind.
 *
 * @param on whether it is
 * @param words why, for people
 */
public record Speculation(boolean on, String words) {
  private static final String KEY = "spark.speculation";
  private static final String SECOND =
      "a task far behind the others is tried again on a free slot, with the same bytes";

  /** What the settings of a session come to for so many workers. */
  public static Speculation of(SparkConf conf, int workers) {
    if (conf.get("spark.master", "").matches("local(\\[[^,-]*(,[^,]*)?])?")) {
      return new Speculation(false, "off: a local master tries no task twice at once");
    }
    OptionalInt slots = slots(conf);
    String free =
        slots.isEmpty()
            ? "the settings do not say how many slots there are (spark.executor.instances, or"
                + " spark.cores.max)"
            : "%s for %s".formatted(ClusterCheck.counted(slots.getAsInt()), counted(workers));
    if (conf.contains(KEY)) {
      boolean on = conf.getBoolean(KEY, false);
      return new Speculation(
          on, on ? "on, as spark.speculation says: " + SECOND : "off, as spark.speculation says");
    }
    return slots.orElse(0) > workers
        ? new Speculation(true, "on: %s, %s".formatted(free, SECOND))
        : new Speculation(false, "off: " + free);
  }

  private static String counted(int workers) {
    return Counts.of(workers, "worker");
  }

  /** Turns it on in a session to be, with Spark's figures for what is far behind made larger. */
  public void applyTo(SparkConf conf) {
    if (on && !conf.contains(KEY)) {
      conf.set(KEY, "true")
          .setIfMissing("spark.speculation.multiplier", "3")
          .setIfMissing("spark.speculation.quantile", "0.5")
          .setIfMissing("spark.speculation.minTaskRuntime", "5s");
    }
  }

  /** Tasks that the executors asked for can run side by side; empty where that is not said. */
  private static OptionalInt slots(SparkConf conf) {
    int cpus = conf.getInt("spark.task.cpus", 1);
    int cores = conf.getInt("spark.executor.cores", 1);
    int each = cores / cpus;
    double gpus = conf.getDouble("spark.task.resource.gpu.amount", 0);
    if (gpus > 0) {
      each = (int) Math.min(each, conf.getInt("spark.executor.resource.gpu.amount", 0) / gpus);
    }
    if (conf.contains("spark.executor.instances")) {
      return OptionalInt.of(conf.getInt("spark.executor.instances", 0) * each);
    }
    if (!conf.contains("spark.cores.max")) {
      return OptionalInt.empty();
    }
    int most = conf.getInt("spark.cores.max", 0);
    return OptionalInt.of(
        conf.contains("spark.executor.cores") ? most / cores * each : most / cpus);
  }
}
