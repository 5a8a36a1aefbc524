package io.millrace.config;

import java.util.LinkedHashMap;
import java.util.List;

/** A config as it was written, before it has types: each value knows its origin. */
sealed interface Tree {
  Origin origin();

  /**
   * One value.
   *
   * @param text as written, without quotes
   * @param plain whether it stands without quotes, and so may be a number, true, false or null
   */
  record Scalar(String text, boolean plain, Origin origin) implements Tree {
    boolean isNull() {
      return plain && (text.isEmpty() || text.equals("null") || text.equals("~"));
    }

    @Override
    public String toString() {
      return isNull() ? "null" : plain ? text : '"' + text + '"';
    }
  }

  /**
   * The value of a flag, not yet read: the type of its key decides whether it is a text, taken as
   * it stands, or YAML.
   */
  record Given(String text, Origin origin) implements Tree {
    @Override
    public String toString() {
      return text;
    }
  }

  /** A list. */
  record Items(List<Tree> items, Origin origin) implements Tree {
    @Override
    public String toString() {
      return "a list";
    }
  }

  /** Keys and their values, in the order written. */
  record Entries(LinkedHashMap<String, Tree> entries, Origin origin) implements Tree {
    @Override
    public String toString() {
      return "keys and values";
    }
  }
}
