package io.millrace.diagnostics;

import io.millrace.settings.Names;
import io.millrace.wire.Measures;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What one diagnostic reads, as measures that merge by adding: a part of a layer is {@code
 * diagnostics/<name>/<part>/<layer>}.
 */
public final class Readings {
  private static final String PREFIX = "diagnostics/";

  private final String prefix;
  private final Measures to;

  /** Readings of a diagnostic that are added to measures. */
  public Readings(Diagnostic of, Measures to) {
    this.prefix = prefix(of);
    this.to = to;
  }

  /**
   * Adds to a part of a layer.
   *
   * @param part a word without a slash
   * @param weight of what was summed
   */
  public void add(String layer, String part, double sum, double weight) {
    to.add(prefix + part + "/" + layer, sum, weight);
  }

  private static boolean is(String measure) {
    return measure.startsWith(PREFIX);
  }

  /** The readings among measures. */
  static Measures among(Measures all) {
    return where(all, Readings::is);
  }

  /** All other measures. */
  public static Measures without(Measures all) {
    return where(all, name -> !is(name));
  }

  private static Measures where(Measures all, Predicate<String> wanted) {
    Measures some = new Measures();
    for (String name : all.names()) {
      if (wanted.test(name)) {
        some.add(name, all.sum(name), all.weight(name));
      }
    }
    return some;
  }

  /** What a diagnostic has read: the mean of each part by layer, in the order of reading. */
  public static Map<String, Map<String, Double>> means(Diagnostic of, Measures all) {
    String prefix = prefix(of);
    Map<String, Map<String, Double>> layers = new LinkedHashMap<>();
    for (String name : all.names()) {
      if (name.startsWith(prefix)) {
        int slash = name.indexOf('/', prefix.length());
        layers
            .computeIfAbsent(name.substring(slash + 1), layer -> new LinkedHashMap<>())
            .put(name.substring(prefix.length(), slash), all.value(name));
      }
    }
    return layers;
  }

  private static String prefix(Diagnostic of) {
    return PREFIX + Names.of(of.getClass()) + "/";
  }
}
