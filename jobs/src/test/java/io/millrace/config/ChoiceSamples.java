package io.millrace.config;

import io.millrace.settings.Key;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** One of each of the records that a config may name, with its defaults. */
public final class ChoiceSamples {
  private ChoiceSamples() {}

  /** Those of an interface. */
  public static <T> List<T> of(Class<T> type) {
    return Choices.of(type).keySet().stream()
        .map(name -> type.cast(read(type, text(type, name))))
        .toList();
  }

  /** The choice that a YAML text gives. */
  static Object read(Class<?> type, String yaml) {
    Problems problems = new Problems();
    YamlTree trees = new YamlTree(problems);
    RecordReader records = new RecordReader(problems);
    Object read =
        new ChoiceReader(problems, trees, records)
            .read(type, trees.value(new Origin("sample", 1), yaml), "sample");
    problems.throwIfAny();
    return read;
  }

  /** A choice with its name and such keys as have no default. */
  static String text(Class<?> type, String name) {
    List<String> keys = new ArrayList<>(List.of("kind: " + name));
    for (RecordComponent each : Choices.find(type, name).orElseThrow().getRecordComponents()) {
      Key key = each.getAnnotation(Key.class);
      if (key.value().equals(Key.REQUIRED)) {
        keys.add(each.getName() + ": " + sample(each.getType(), key));
      }
    }
    return "{" + String.join(", ", keys) + "}";
  }

  private static String sample(Class<?> type, Key key) {
    if (type == String.class) {
      return "some.text";
    }
    String number =
        Integer.toString((int) Math.max(1, Math.ceil(key.min()) + (key.above() ? 1 : 0)));
    return type == List.class ? "[" + number + "]" : number;
  }

  /** All interfaces whose records a config may name. */
  static Set<Class<?>> types(Class<?> section, Set<Class<?>> found) {
    Arrays.stream(section.getRecordComponents())
        .map(RecordComponent::getGenericType)
        .forEach(
            each -> {
              Class<?> item =
                  each instanceof java.lang.reflect.ParameterizedType list
                      ? (Class<?>) list.getActualTypeArguments()[0]
                      : (Class<?>) each;
              if (item.isRecord()) {
                types(item, found);
              } else if (Choices.are(item) && found.add(item)) {
                Choices.of(item).values().forEach(choice -> types(choice, found));
              }
            });
    return found;
  }
}
