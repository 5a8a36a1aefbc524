package io.millrace.settings;

import java.util.Locale;

/** What a choice is called. */
public final class Names {
  private Names() {}

  /** The name of a choice in a config; that of a user's own class is its full name. */
  public static String of(Class<?> choice) {
    Named named = choice.getAnnotation(Named.class);
    return named == null ? choice.getName() : named.value();
  }

  /** The same in a file's name: the last word of a user's own, in lower case. */
  public static String inFiles(Class<?> choice) {
    return of(choice).replaceAll(".*[.$]", "").toLowerCase(Locale.ROOT);
  }
}
