package io.millrace.diagnostics;

import java.util.List;

/**
 * What a person should hear.
 *
 * @param kind what is wrong, in a word or two
 * @param found what was seen, a sentence
 * @param advice what to change, a sentence
 * @param layers where, the worst first; empty for the whole network
 */
public record Warning(String kind, String found, String advice, List<String> layers) {
  public Warning {
    layers = List.copyOf(layers);
  }

  /** All of it in one line. */
  public String words() {
    return kind + ": " + found + " " + advice;
  }

  /** Names of layers, a few of many. */
  static String named(List<String> layers) {
    int some = Math.min(3, layers.size());
    String first = String.join(", ", layers.subList(0, some));
    return some < layers.size() ? "%s and %d more".formatted(first, layers.size() - some) : first;
  }
}
