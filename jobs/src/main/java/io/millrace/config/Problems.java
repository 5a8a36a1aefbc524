package io.millrace.config;

import io.millrace.settings.Key;
import java.util.ArrayList;
import java.util.List;

/** Everything that is wrong with a config, in the order found. */
final class Problems {
  private final List<String> lines = new ArrayList<>();

  void add(Origin origin, String message) {
    add(origin + ": " + message);
  }

  /** One whose line says itself where it is. */
  void add(String line) {
    lines.add(line);
  }

  void invalid(Tree value, String key, String rule) {
    add(value.origin(), "Invalid " + key + ": " + value + " (must be " + rule + ")");
  }

  /** A key that has no default, in {@code section}. */
  void missing(Tree section, String name, Key key) {
    add(section.origin(), "Missing " + name + " (" + key.doc() + ")");
  }

  int count() {
    return lines.size();
  }

  void throwIfAny() {
    if (!lines.isEmpty()) {
      throw new ConfigException(lines);
    }
  }
}
