package io.millrace.config;

import java.util.List;

/** A config that cannot be used; the message has one line for each problem. */
public final class ConfigException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final List<String> problems;

  /** One of these problems. */
  public ConfigException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** The problems: {@code file:line: Invalid key: value (must be rule)}. */
  public List<String> problems() {
    return problems;
  }
}
