package io.millrace.cli;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.util.VersionInfo;

/** A store whose client is not on the classpath, and the flag that brings it. */
final class MissingConnector {
  /** Hadoop's and Google's clients by scheme; Hadoop's go by the version of the Hadoop at hand. */
  private static final Map<String, String> PACKAGES =
      Map.of(
          "s3a", "org.apache.hadoop:hadoop-aws:%s",
          "abfs", "org.apache.hadoop:hadoop-azure:%s",
          "abfss", "org.apache.hadoop:hadoop-azure:%s",
          "wasb", "org.apache.hadoop:hadoop-azure:%s",
          "wasbs", "org.apache.hadoop:hadoop-azure:%s",
          "gs", "com.google.cloud.bigdataoss:gcs-connector:hadoop3-2.2.26");

  private static final Pattern SCHEME =
      Pattern.compile(
          "(?:No (?:Abstract)?FileSystem (?:configured )?for scheme:? ?|fs\\.AbstractFileSystem\\.)"
              + "\"?(\\w+)");
  private static final Pattern CLASS =
      Pattern.compile("Class org\\.apache\\.hadoop\\.fs\\.(s3a|azurebfs|azure)\\.\\S+ not found");
  private static final Map<String, String> SCHEMES =
      Map.of("s3a", "s3a", "azurebfs", "abfs", "azure", "wasb");

  private MissingConnector() {}

  /** What to do about the failure of that message, if it is a missing client. */
  static Optional<String> words(String message) {
    if (message == null) {
      return Optional.empty();
    }
    Matcher scheme = SCHEME.matcher(message);
    if (scheme.find()) {
      return Optional.of(because(scheme.group(1)));
    }
    Matcher missing = CLASS.matcher(message);
    return missing.find() ? Optional.of(because(SCHEMES.get(missing.group(1)))) : Optional.empty();
  }

  private static String because(String scheme) {
    String artifact = PACKAGES.get(scheme);
    if (artifact != null) {
      return "Cannot reach %s://: its client is not on the classpath (give spark-submit --packages %s, before the command)"
          .formatted(scheme, artifact.formatted(VersionInfo.getVersion()));
    }
    return scheme.equals("s3") || scheme.equals("s3n")
        ? "Cannot reach %s://: Hadoop's client goes by s3a:// (write the path so)".formatted(scheme)
        : "Cannot reach %s://: no file system of that name is on the classpath (mistyped? see %s)"
            .formatted(scheme, "fs." + scheme + ".impl");
  }
}
