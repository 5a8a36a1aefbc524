package io.millrace.config;

import io.millrace.settings.Key;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

  /** Those of an interface, with these values where they have such keys. */
  public static <T> List<T> of(Class<T> type, Map<String, String> values) {
    return Choices.of(type).entrySet().stream()
        .map(each -> type.cast(read(type, text(type, each.getKey(), given(each, values)))))
        .toList();
  }

  private static List<String> given(
      Map.Entry<String, Class<? extends Record>> choice, Map<String, String> values) {
    return Arrays.stream(choice.getValue().getRecordComponents())
        .map(RecordComponent::getName)
        .filter(values::containsKey)
        .map(name -> name + ": " + values.get(name))
        .toList();
  }

  /** The choice that a YAML text gives. */
  static Object read(Class<?> type, String yaml) {
    Problems problems = new Problems();
    YamlTree trees = new YamlTree(problems);
    RecordReader records = new RecordReader(problems);
    Object read =
        new ChoiceReader(problems, trees, records)
            .read(type, trees.value(new Origin("sample", 1), yaml), "sample", "");
    problems.throwIfAny();
    return read;
  }

  /** A choice with its name and such keys as have no default. */
  static String text(Class<?> type, String name) {
    return text(type, name, List.of());
  }

  private static String text(Class<?> type, String name, List<String> more) {
    List<String> keys = new ArrayList<>(List.of("kind: " + name));
    keys.addAll(more);
    keys.addAll(required(Choices.find(type, name).orElseThrow()));
    return "{" + String.join(", ", keys) + "}";
  }

  private static List<String> required(Class<?> record) {
    return Arrays.stream(record.getRecordComponents())
        .filter(each -> each.getAnnotation(Key.class).value().equals(Key.REQUIRED))
        .map(each -> each.getName() + ": " + sample(each.getGenericType(), key(each)))
        .toList();
  }

  private static Key key(RecordComponent component) {
    return component.getAnnotation(Key.class);
  }

  private static String sample(Type type, Key key) {
    if (type instanceof ParameterizedType list) {
      return "[" + sample(list.getActualTypeArguments()[0], key) + "]";
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isRecord()) {
      return "{" + String.join(", ", required(plain)) + "}";
    }
    if (Choices.are(plain)) {
      String first = Choices.of(plain).keySet().iterator().next();
      return text(plain, first);
    }
    int least = (int) Math.max(1, Math.ceil(key.min()) + (key.above() ? 1 : 0));
    return plain == String.class ? "some.text" : Integer.toString(least);
  }

  /** All interfaces whose records a config may name. */
  static Set<Class<?>> types(Class<?> section, Set<Class<?>> found) {
    Arrays.stream(section.getRecordComponents())
        .map(RecordComponent::getGenericType)
        .forEach(
            each -> {
              Class<?> item =
                  each instanceof ParameterizedType list
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
