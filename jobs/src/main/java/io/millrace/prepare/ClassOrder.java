package io.millrace.prepare;

import io.millrace.config.SourceConfig;
import io.millrace.dataset.PreparedDataset;
import io.millrace.source.Source;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * Class names in the order of their indices. The first rule that gives names decides: the config
 * list or an earlier set's order, the source's own list (Hugging Face), 0..max for integers, names
 * by code point.
 */
final class ClassOrder implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int MOST_CLASSES = 100_000;

  private final List<String> names;
  private final boolean integers;
  private final Map<String, Integer> indices = new HashMap<>();

  /** An order of {@code names}; labels are indices of it if {@code integers}, else names. */
  ClassOrder(List<String> names, boolean integers) {
    this.names = List.copyOf(names);
    this.integers = integers;
    for (String name : names) {
      indices.put(name, indices.size());
    }
  }

  /** Names by the config, its own or those of an earlier set; empty if it has none. */
  static List<String> given(SourceConfig config, Configuration conf) throws IOException {
    List<String> listed = config.classes() == null ? List.of() : config.classes();
    if (config.classesFrom() == null) {
      requireDistinct("source.classes", listed);
      return listed;
    }
    if (!listed.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid source.classesFrom: %s (must be left out where source.classes is set)"
              .formatted(config.classesFrom()));
    }
    return PreparedDataset.open(config.classesFrom(), conf).classes();
  }

  /**
   * Finds the order.
   *
   * @param given names by the config, empty if it has none
   */
  static ClassOrder resolve(List<String> given, Source source, SourceTally tally) {
    if (!given.isEmpty()) {
      return new ClassOrder(given, source.integerLabels());
    }
    if (!source.classNames().isEmpty()) {
      requireDistinct("the class names of the source", source.classNames());
      return new ClassOrder(source.classNames(), source.integerLabels());
    }
    if (!source.integerLabels()) {
      requireFew(tally.names().size());
      return new ClassOrder(sortedByCodePoint(tally), false);
    }
    requireFew(tally.maxLabel() + 1);
    List<String> numbers = new ArrayList<>();
    for (long label = 0; label <= tally.maxLabel(); label++) {
      numbers.add(Long.toString(label));
    }
    return new ClassOrder(numbers, true);
  }

  static void requireDistinct(String key, List<String> names) {
    var seen = new HashSet<String>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new IllegalArgumentException(
            "Invalid %s: %s (must be distinct, %s is there twice)".formatted(key, names, name));
      }
    }
  }

  List<String> names() {
    return names;
  }

  /** Index of a label, -1 if it is none of the classes. */
  int index(String label) {
    if (!integers) {
      return indices.getOrDefault(label, -1);
    }
    long number = number(label);
    return number >= 0 && number < names.size() ? (int) number : -1;
  }

  /** A label as a number of a class, -1 if it can be none. */
  static long number(String label) {
    return label.matches("\\d{1,18}") ? Long.parseLong(label) : -1;
  }

  /** Why {@link #index} is -1. */
  String problem(String label) {
    return integers
        ? "label %s (must be 0 to %d)".formatted(label, names.size() - 1)
        : "label %s (must be one of the %d classes)".formatted(label, names.size());
  }

  private static void requireFew(long classes) {
    if (classes > MOST_CLASSES) {
      throw new IllegalArgumentException(
          "Cannot prepare: the labels give %d classes (at most %d; is source.label the right column?)"
              .formatted(classes, MOST_CLASSES));
    }
  }

  private static List<String> sortedByCodePoint(SourceTally tally) {
    List<String> names = new ArrayList<>(tally.names());
    names.sort(ClassOrder::compareCodePoints);
    return names;
  }

  private static int compareCodePoints(String a, String b) {
    return java.util.Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
  }
}
