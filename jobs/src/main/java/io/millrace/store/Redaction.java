package io.millrace.store;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Pattern;

/**
 * Takes secrets out of what is written and said. A secret is the value of a variable of the
 * environment or of a setting whose name says so, as Spark's {@code spark.redaction.regex} has it,
 * and what stands before the {@code @} of an address. A value becomes a reference to its variable,
 * so that a config can be used again where the variable is set.
 */
public final class Redaction {
  /**
   * The names of Spark's default, and those of the stores' keys; the shipped settings give Spark
   * the same. Without a backslash, which a file of properties would take away.
   */
  public static final String NAMES =
      "(?i)secret|passw|token|credential|(access|account|api|encryption|private)[._-]?key"
          + "|fs[.]s3a[.].*[.-]key$|(^|[._-])sas([._-]|$)";

  private static final Pattern NAME = Pattern.compile(NAMES);

  /** A password may hold a slash; what looks like a port is one. */
  private static final Pattern IN_ADDRESS =
      Pattern.compile("(\\w://)(?:[^/\\s@\"']*|[^/\\s@:\"']+:(?!\\d{1,5}(?:/|$))[^\\s@\"']*)@");

  private static final Pattern SIGNED =
      Pattern.compile(
          "(?i)([?&](?:sig|signature|x-amz-signature|x-amz-security-token|token|password)=)[^&\\s\"']+");

  /** Shorter values of variables are words that may stand anywhere. */
  private static final int SHORTEST_OF_ENVIRONMENT = 8;

  private static final int SHORTEST = 4;

  private static final Redaction HERE = new Redaction();

  static {
    System.getenv().forEach(HERE::learnVariable);
  }

  /** What stands for a secret, by the secret; the longest first, as one may begin another. */
  private final ConcurrentSkipListMap<String, String> known =
      new ConcurrentSkipListMap<>(
          Comparator.comparingInt(String::length).reversed().thenComparing(text -> text));

  Redaction() {}

  /** Whether the name of a variable or a setting says that its value is a secret. */
  public static boolean isSecret(String name) {
    return NAME.matcher(name).find();
  }

  /** A text without the secrets of this process and without those in addresses. */
  public static String of(String text) {
    return HERE.hidden(text);
  }

  /** Keeps in mind that {@code value} came from a variable of that name, if it says so. */
  public static void learn(String name, String value) {
    if (isSecret(name)) {
      HERE.add(value, "${" + name + "}", SHORTEST);
    }
  }

  /** Keeps in mind the value of a setting, if its name says that it is a secret. */
  public static void learnSetting(String name, String value) {
    if (isSecret(name)) {
      HERE.add(value, "…", SHORTEST_OF_ENVIRONMENT);
    }
  }

  /** Of the environment at large, in which a word such as {@code disabled} may stand. */
  void learnVariable(String name, String value) {
    if (isSecret(name) && !value.matches("[A-Za-z]*")) {
      add(value, "${" + name + "}", SHORTEST_OF_ENVIRONMENT);
    }
  }

  private void add(String value, String reference, int shortest) {
    if (value.length() >= shortest) {
      forms(value).forEach(form -> known.put(form, reference));
    }
  }

  /** A value as it may stand in JSON, in YAML, in HTML and in an address. */
  private static Set<String> forms(String value) {
    String html = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    return Set.copyOf(
        List.of(
            value,
            value.replace("\\", "\\\\").replace("\"", "\\\""),
            value.replace("'", "''"),
            html,
            html.replace("\"", "&quot;"),
            html.replace("\"", "&quot;").replace("'", "&#39;"),
            URLEncoder.encode(value, StandardCharsets.UTF_8)));
  }

  String hidden(String text) {
    String hidden = text;
    for (Map.Entry<String, String> secret : known.entrySet()) {
      hidden = hidden.replace(secret.getKey(), secret.getValue());
    }
    if (hidden.contains("://")) {
      hidden = IN_ADDRESS.matcher(hidden).replaceAll("$1…@");
      hidden = SIGNED.matcher(hidden).replaceAll("$1…");
    }
    return hidden;
  }
}
