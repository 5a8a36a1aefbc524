package io.millrace.config;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import io.millrace.settings.Names;
import io.millrace.settings.OneOf;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The records that a config may name where an interface stands: those listed, and a user's own. */
public final class Choices {
  private Choices() {}

  /** Whether values of this type are chosen by name. */
  static boolean are(Class<?> type) {
    return type.isAnnotationPresent(OneOf.class);
  }

  /** The listed records by the name that a config gives them. */
  static Map<String, Class<? extends Record>> of(Class<?> type) {
    Map<String, Class<? extends Record>> choices = new LinkedHashMap<>();
    for (Class<?> each : type.getAnnotation(OneOf.class).value()) {
      choices.put(each.getAnnotation(Named.class).value(), each.asSubclass(Record.class));
    }
    return Collections.unmodifiableMap(choices);
  }

  /** The record of this name; of a name with dots, the user's own class. */
  static Optional<Class<? extends Record>> find(Class<?> type, String name) {
    Class<? extends Record> listed = of(type).get(name);
    return listed == null && name.indexOf('.') > 0 ? own(type, name) : Optional.ofNullable(listed);
  }

  private static Optional<Class<? extends Record>> own(Class<?> type, String name) {
    try {
      Class<?> own = Class.forName(name, true, Thread.currentThread().getContextClassLoader());
      boolean keyed =
          own.isRecord()
              && Arrays.stream(own.getRecordComponents())
                  .allMatch(component -> component.isAnnotationPresent(Key.class));
      return keyed && type.isAssignableFrom(own)
          ? Optional.of(own.asSubclass(Record.class))
          : Optional.empty();
    } catch (ClassNotFoundException | LinkageError e) {
      return Optional.empty();
    }
  }

  /** The record that a bare number stands for, of one key; empty where none does. */
  static Optional<Class<? extends Record>> number(Class<?> type) {
    Class<?> number = type.getAnnotation(OneOf.class).number();
    return number == void.class ? Optional.empty() : Optional.of(number.asSubclass(Record.class));
  }

  /** What a name must be. */
  static String rule(Class<?> type) {
    String number =
        number(type)
            .map(each -> each.getRecordComponents()[0])
            .map(
                only -> {
                  Key key = only.getAnnotation(Key.class);
                  return ScalarReader.rule(only.getType(), key)
                      + ScalarReader.bounds(key, " ")
                      + ", or ";
                })
            .orElse("");
    return number
        + "one of %s, or the full name of a record class of yours"
            .formatted(String.join(", ", of(type).keySet()));
  }

  /** The same, with what may stand there besides, and what became of values of before. */
  static String ruleAndHint(Class<?> type, String or) {
    String hint = type.getAnnotation(OneOf.class).hint();
    return rule(type) + or + (hint.isEmpty() ? "" : "; " + hint);
  }

  /** The listed records with their defaults. */
  public static <T> List<T> defaults(Class<T> type) {
    return of(type).values().stream()
        .map(each -> type.cast(ConfigReader.read(each, "defaults", "{}", List.of())))
        .toList();
  }

  /** The name of a choice in a config. */
  public static String nameOf(Class<?> choice) {
    return Names.of(choice);
  }
}
