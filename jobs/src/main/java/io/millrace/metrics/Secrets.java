package io.millrace.metrics;

import io.millrace.store.Redaction;
import java.util.regex.Pattern;

/** Leaves out of a text what nobody but its writer shall know. */
public final class Secrets {
  private static final Pattern OF_KEY =
      Pattern.compile("(?i)(\\S*(?:password|secret|token|access\\W?key)\\S*?[=:]\\s*)\\S+");

  private Secrets() {}

  /**
   * What {@link Redaction} leaves, without user and password in addresses ({@code
   * s3a://key:secret@bucket/lake}) and without values of keys that are called password, secret,
   * token or access key.
   */
  public static String hidden(String text) {
    return OF_KEY.matcher(Redaction.of(text)).replaceAll("$1…");
  }
}
