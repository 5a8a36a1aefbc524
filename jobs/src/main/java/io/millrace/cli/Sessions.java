package io.millrace.cli;

import io.millrace.backend.NativeBinaryPlugin;
import io.millrace.config.RunConfig;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Starts Spark with what a run cannot do without, whatever spark-submit was told. */
final class Sessions {
  private Sessions() {}

  static SparkSession start(String command, RunConfig config) {
    SparkConf conf = new SparkConf();
    if (conf.getBoolean("spark.dynamicAllocation.enabled", false)) {
      throw new IllegalArgumentException(
          "Invalid spark.dynamicAllocation.enabled: true (must be false: workers are a number of"
              + " the config)");
    }
    String threads = Integer.toString(config.training().threadsPerReplica());
    conf.setAppName("millrace " + command + " " + config.name())
        .setIfMissing("spark.master", "local[*,4]")
        .setIfMissing("spark.executorEnv.OMP_NUM_THREADS", threads);
    addPlugin(conf, NativeBinaryPlugin.class.getName());
    SparkSession spark = SparkSession.builder().config(conf).getOrCreate();
    if (!conf.contains("spark.log.level")) {
      spark.sparkContext().setLogLevel("WARN");
    }
    return spark;
  }

  private static void addPlugin(SparkConf conf, String plugin) {
    String others = conf.get("spark.plugins", "");
    conf.set("spark.plugins", others.isEmpty() ? plugin : others + "," + plugin);
  }
}
