package io.millrace.cli;

import io.millrace.source.Tables;
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

  /** Classes that a client lacks, or a part of one: as Hadoop says it, and as the JVM does. */
  private static final Pattern CLASS =
      Pattern.compile(
          "org[./]apache[./]hadoop[./]fs[./](s3a|azurebfs|azure)[./]|com[./](amazonaws|microsoft[./]azure)[./]|com[./](google)[./]cloud[./]hadoop[./]");

  private static final Map<String, String> SCHEMES =
      Map.of("s3a", "s3a", "amazonaws", "s3a", "azurebfs", "abfs", "azure", "wasb", "google", "gs");

  /** What the name of a missing class stands in. */
  private static final Pattern MISSING =
      Pattern.compile(
          "Class \\S+ not found|(?:ClassNotFoundException|NoClassDefFoundError): (?!Class )\\S+");

  private static final Pattern TABLE =
      Pattern.compile("(?:Failed to find (?:the )?data source: )(delta|iceberg)\\b");

  private static final Pattern CATALOG =
      Pattern.compile("class for catalog '\\S+': (\\S*\\.(delta|iceberg)\\.\\S+)");

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
    Matcher table = TABLE.matcher(message);
    if (table.find()) {
      return Optional.of(Tables.missing(table.group(1)));
    }
    Matcher catalog = CATALOG.matcher(message);
    if (catalog.find()) {
      return Optional.of(Tables.missing(catalog.group(2)));
    }
    Matcher missing = MISSING.matcher(message);
    while (missing.find()) {
      Matcher known = CLASS.matcher(missing.group());
      if (known.find()) {
        return Optional.of(because(SCHEMES.get(named(known))));
      }
    }
    return Optional.empty();
  }

  private static String named(Matcher found) {
    String first = found.group(1) == null ? found.group(2) : found.group(1);
    return first == null ? found.group(3) : first.replaceFirst("microsoft.*", "azurebfs");
  }

  /** The same of a failure; a JVM tells of a missing class by the type of its error. */
  static Optional<String> words(Throwable failure) {
    boolean lacks =
        failure instanceof NoClassDefFoundError || failure instanceof ClassNotFoundException;
    return words(
        lacks
            ? failure.getClass().getSimpleName() + ": " + failure.getMessage()
            : failure.getMessage());
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
