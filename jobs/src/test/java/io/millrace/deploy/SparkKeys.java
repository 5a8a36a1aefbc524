package io.millrace.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.internal.config.ConfigEntry;
import org.apache.spark.internal.config.ConfigReader;

/** Settings of Spark in files of ours, held against what Spark itself knows. */
final class SparkKeys {
  private static final String CONFIG = "org.apache.spark.internal.config.";

  /** Objects of Spark that enter their settings into its registry when they are loaded. */
  private static final List<String> REGISTERED =
      List.of(
          CONFIG + "package$",
          CONFIG + "Deploy$",
          CONFIG + "Network$",
          CONFIG + "UI$",
          CONFIG + "Worker$",
          "org.apache.spark.sql.internal.SQLConf$",
          "org.apache.spark.sql.internal.StaticSQLConf$",
          "org.apache.spark.deploy.k8s.Config$",
          "org.apache.spark.deploy.yarn.config.package$");

  /**
   * What Spark reads beside it: org.apache.spark.SparkConf,
   * org.apache.spark.resource.ResourceUtils, SSLOptions.
   */
  private static final Pattern MADE =
      Pattern.compile(
          "spark\\.(master|(executor|driver|worker|task)\\.resource\\.gpu\\.amount"
              + "|(executor|driver|worker)\\.resource\\.gpu\\.(discoveryScript|vendor)"
              + "|ssl\\.(enabled|protocol)"
              // Of network-common, in Java: org.apache.spark.network.util.TransportConf.
              + "|network\\.crypto\\.(cipher|authEngineVersion)"
              // Behind these the key is a name of the user's.
              + "|(executorEnv|yarn\\.appMasterEnv)\\.[A-Z_]+"
              + "|kubernetes\\.(driver|executor)\\.secretKeyRef\\.[A-Z_]+)");

  private static final Pattern LINE = Pattern.compile("(?m)^(?:# )?(spark\\.\\S+)[ \\t]+(\\S.*)$");

  static {
    for (String each : REGISTERED) {
      try {
        Class.forName(each);
      } catch (ClassNotFoundException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private SparkKeys() {}

  /** The settings of a file of properties, those that stand there as comments too. */
  static Map<String, String> of(Path file) throws IOException {
    Map<String, String> settings = new TreeMap<>();
    LINE.matcher(Files.readString(file))
        .results()
        .forEach(line -> settings.put(line.group(1), line.group(2)));
    return settings;
  }

  /**
   * A line for each setting that Spark, or Hadoop, does not know, or whose value it cannot read.
   */
  static List<String> problems(Map<String, String> settings) {
    List<String> problems = new ArrayList<>();
    settings.forEach(
        (key, value) -> {
          ConfigEntry<?> entry = ConfigEntry.findEntry(key);
          if (entry != null) {
            read(entry, value, problems);
          } else if (!ofHadoop(key) && !MADE.matcher(key).matches()) {
            problems.add(key + ": no setting of Spark");
          }
        });
    return problems;
  }

  private static void read(ConfigEntry<?> entry, String value, List<String> problems) {
    try {
      entry.readFrom(new ConfigReader(Map.of(entry.key(), value)));
    } catch (IllegalArgumentException e) {
      problems.add(entry.key() + ": " + e.getMessage());
    }
  }

  /** S3A's among them, which stand in Hadoop's own defaults. */
  private static boolean ofHadoop(String key) {
    String prefix = "spark.hadoop.";
    return key.startsWith(prefix)
        && new Configuration().getRaw(key.substring(prefix.length())) != null;
  }
}
