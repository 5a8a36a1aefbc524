package io.millrace.diagnostics;

import java.util.List;

/**
 * What a person should hear.
 *
 * @param kind what is wrong, in a word or two
 * @param found what was seen, a sentence
 * @param advice what to change, a sentence
 * @param layers where, the worst first; empty for the whole network
 * @param times how many times beyond its threshold it is, so that of several of a kind the worst is
 *     known; 0 where that was not said
 */
public record Warning(String kind, String found, String advice, List<String> layers, double times) {
  public Warning {
    layers = List.copyOf(layers);
    times = Math.min(times, Double.MAX_VALUE); // in JSON there is no infinity
  }

  /** One that does not say how bad it is. */
  public Warning(String kind, String found, String advice, List<String> layers) {
    this(kind, found, advice, layers, 0);
  }

  /** The worse one of two of a kind; the first where they are alike. */
  static Warning worse(Warning one, Warning other) {
    return other.times > one.times ? other : one;
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
