package io.millrace.cluster;

import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/**
 * The cipher by which Spark encrypts what processes send to each other. Its GCM keeps the state of
 * the first message of a connection and so drops all others in silence (SPARK-56227, read in {@code
 * GcmTransportCipher.DecryptionHandler} of 3.5.7): a master that is asked never answers.
 */
final class NetworkCipher {
  private static final String CIPHER = "spark.network.crypto.cipher";

  /** Of Spark 3.5, those without the mending. */
  private static final Pattern DROPS = Pattern.compile("3\\.5\\.[0-8]\\b.*");

  private NetworkCipher() {}

  /**
   * Refuses a cipher with which nothing would be answered.
   *
   * @param spark version of Spark
   * @throws IllegalArgumentException where the settings name it and Spark has the fault
   */
  static void refuseDropping(SparkConf conf, String spark) {
    String cipher = conf.get(CIPHER, "");
    if (conf.getBoolean("spark.network.crypto.enabled", false)
        && cipher.equalsIgnoreCase("AES/GCM/NoPadding")
        && DROPS.matcher(spark).matches()) {
      throw new IllegalArgumentException(
          "Invalid %s: %s (must be AES/CTR/NoPadding with Spark %s, which drops every message of a connection by GCM but the first: SPARK-56227)"
              .formatted(CIPHER, cipher, spark));
    }
  }
}
