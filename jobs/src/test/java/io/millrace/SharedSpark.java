package io.millrace;

import org.apache.spark.sql.SparkSession;

/** The one Spark session of the tests: two slots, and a failed task is tried again. */
public final class SharedSpark {
  private SharedSpark() {}

  /** The session; it ends with the JVM. */
  public static SparkSession session() {
    return Holder.SESSION;
  }

  private static final class Holder {
    static final SparkSession SESSION =
        SparkSession.builder()
            .master("local[2,4]")
            .appName("millrace-tests")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "4")
            .getOrCreate();
  }
}
