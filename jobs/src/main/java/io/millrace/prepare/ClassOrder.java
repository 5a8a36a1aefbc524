package io.millrace.prepare;

import io.millrace.dataset.PreparedDataset;
import io.millrace.source.SourceConfig;
import io.millrace.source.SourceLabels;
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

  private static final int MOST_EMPTY = 1000;

  private final List<String> names;
  private final List<String> numbered;
  private final Map<String, Integer> indices = new HashMap<>();

  /** An order of {@code names}; labels are indices of it if {@code integers}, else names. */
  ClassOrder(List<String> names, boolean integers) {
    this(names, integers ? names : null);
  }

  /**
   * An order.
   *
   * @param numbered names of the labels 0, 1, ... of the source, null where labels are names
   */
  private ClassOrder(List<String> names, List<String> numbered) {
    this.names = List.copyOf(names);
    this.numbered = numbered == null ? null : List.copyOf(numbered);
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
  static ClassOrder resolve(List<String> given, SourceLabels source, SourceTally tally) {
    return resolve(given, false, source, tally);
  }

  /**
   * The same, where given names are those so far: further ones of the source are appended, in its
   * own order, or by number or code point.
   */
  static ClassOrder resolve(
      List<String> given, boolean grows, SourceLabels source, SourceTally tally) {
    requireOwnDistinct(source.classNames());
    if (grows) {
      List<String> all = grown(given, source, tally);
      return new ClassOrder(all, source.integerLabels() ? numbered(all, source) : null);
    }
    if (!given.isEmpty()) {
      return new ClassOrder(given, source.integerLabels() ? numbered(given, source) : null);
    }
    if (!source.classNames().isEmpty()) {
      return new ClassOrder(source.classNames(), source.integerLabels());
    }
    if (!source.integerLabels()) {
      requireFew(tally.names().size());
      return new ClassOrder(sortedByCodePoint(tally), false);
    }
    requireFew(tally.maxLabel() + 1);
    requireDense(tally);
    List<String> numbers = new ArrayList<>();
    for (long label = 0; label <= tally.maxLabel(); label++) {
      numbers.add(Long.toString(label));
    }
    return new ClassOrder(numbers, true);
  }

  private static List<String> grown(List<String> given, SourceLabels source, SourceTally tally) {
    List<String> all = new ArrayList<>(given);
    List<String> found = source.classNames();
    if (found.isEmpty() && !source.integerLabels()) {
      found = sortedByCodePoint(tally);
    } else if (found.isEmpty() && given.stream().allMatch(ClassOrder::isNumber)) {
      List<String> numbers = new ArrayList<>();
      for (long label = 0; label <= tally.maxLabel() && label <= MOST_CLASSES; label++) {
        numbers.add(Long.toString(label));
      }
      found = numbers;
    }
    found.stream().filter(name -> !all.contains(name)).forEach(all::add);
    requireFew(all.size());
    return all;
  }

  private static boolean isNumber(String name) {
    return name.matches("0|[1-9]\\d{0,17}");
  }

  /**
   * What the numbers of an integer column mean where names are given: the source's own names, so
   * that another order changes no class; the numbers themselves where they are the names; else the
   * given names one after the other. Null where numbers are names.
   */
  private static List<String> numbered(List<String> given, SourceLabels source) {
    List<String> own = source.classNames();
    if (own.isEmpty()) {
      return given.stream().allMatch(ClassOrder::isNumber) ? null : given;
    }
    var names = new HashSet<>(given);
    long known = own.stream().filter(names::contains).count();
    if (known > 0 && known < own.size()) {
      List<String> unknown = own.stream().filter(name -> !names.contains(name)).toList();
      throw new IllegalArgumentException(
          "Invalid source.classes: %s (must have all class names of the source, %s too, or none to rename them in order)"
              .formatted(given, String.join(", ", unknown)));
    }
    return known == 0 ? given : own;
  }

  private static void requireOwnDistinct(List<String> names) {
    var seen = new HashSet<String>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new IllegalArgumentException(
            "Cannot prepare: the source has the class name %s twice (name its classes in source.classes)"
                .formatted(name));
      }
    }
  }

  /** Numbers far apart are no numbers of classes. */
  private static void requireDense(SourceTally tally) {
    long classes = tally.maxLabel() + 1;
    if (classes > Math.max(MOST_EMPTY, tally.rows())) {
      throw new IllegalArgumentException(
          "Cannot prepare: the labels up to %d give %d classes for %d rows (list the labels that are classes in source.classes, such as [3, %d]; is source.label the right column?)"
              .formatted(tally.maxLabel(), classes, tally.rows(), tally.maxLabel()));
    }
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
    String name = numbered == null ? label : null;
    if (numbered != null) {
      long number = number(label);
      name = number >= 0 && number < numbered.size() ? numbered.get((int) number) : null;
    }
    return name == null ? -1 : indices.getOrDefault(name, -1);
  }

  /** A label as a number of a class, -1 if it can be none. */
  static long number(String label) {
    return label.matches("\\d{1,18}") ? Long.parseLong(label) : -1;
  }

  /** Why {@link #index} is -1. */
  String problem(String label) {
    return numbered != null
        ? "label %s (must be 0 to %d)".formatted(label, numbered.size() - 1)
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
