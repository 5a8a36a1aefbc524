package io.millrace.config;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** All keys of a config as rows: the README's config reference. */
public final class KeyTable {
  private static final String REQUIRED = "required";

  private KeyTable() {}

  /**
   * One key.
   *
   * @param key dotted path
   * @param value default, or {@code required}
   * @param rule what is allowed
   * @param doc one sentence
   */
  public record Row(String key, String value, String rule, String doc) {}

  /** The rows of a record and of the records in it, in their order. */
  public static List<Row> of(Class<? extends Record> type) {
    List<Row> rows = new ArrayList<>();
    collect(type, "", rows);
    return rows;
  }

  /** All keys of a config file, and of all that it may choose by name, as Markdown tables. */
  public static String markdown() {
    StringBuilder text = new StringBuilder(table(of(RunConfig.class)));
    choices(RunConfig.class, "", (path, component) -> text.append(choice(path, component)));
    return text.toString();
  }

  /** Visits the choices of a record, of the records in it and of what is chosen there. */
  private static void choices(
      Class<?> type, String path, BiConsumer<String, RecordComponent> visitor) {
    for (RecordComponent component : type.getRecordComponents()) {
      Class<?> item = item(component);
      if (item.isRecord()) {
        choices(item, path + component.getName() + ".", visitor);
      } else if (Choices.are(item)) {
        visitor.accept(path + component.getName(), component);
        Choices.of(item).values().forEach(choice -> choices(choice, path, visitor));
      }
    }
  }

  private static String choice(String path, RecordComponent component) {
    String form =
        component.getAnnotation(Key.class).inline()
            ? "`%s` names one of these, whose keys stand beside it"
            : component.getType() == List.class
                ? "An item of `%s` is `name: {key: value}`, or the bare name"
                : "`%s` is `{kind: name, key: value}`, or the bare name";
    List<Row> rows = new ArrayList<>();
    Choices.of(item(component))
        .forEach(
            (name, choice) -> {
              rows.add(new Row(name, "", "", choice.getAnnotation(Named.class).doc()));
              collect(choice, name + ".", rows);
            });
    return "\n" + form.formatted(path) + ":\n\n" + table(rows);
  }

  private static Class<?> item(RecordComponent component) {
    return component.getGenericType() instanceof ParameterizedType list
        ? (Class<?>) list.getActualTypeArguments()[0]
        : component.getType();
  }

  private static String table(List<Row> rows) {
    StringBuilder text =
        new StringBuilder("| key | default | allowed | meaning |\n|---|---|---|---|\n");
    for (Row row : rows) {
      boolean bare = row.value.equals(REQUIRED) || row.value.isEmpty();
      String value = bare ? row.value : "`" + row.value + "`";
      text.append("| `%s` | %s | %s | %s |\n".formatted(row.key, value, row.rule, row.doc));
    }
    return text.toString();
  }

  private static void collect(Class<?> type, String path, List<Row> rows) {
    for (RecordComponent component : type.getRecordComponents()) {
      Key key = component.getAnnotation(Key.class);
      String name = path + component.getName();
      if (component.getType().isRecord()) {
        collect(component.getType(), name + ".", rows);
      } else {
        String value = key.value().equals(Key.REQUIRED) ? REQUIRED : key.value();
        rows.add(new Row(name, value, rule(component.getGenericType(), key), key.doc()));
      }
    }
  }

  private static String rule(Type type, Key key) {
    if (type instanceof ParameterizedType list) {
      return "a list of: " + rule(list.getActualTypeArguments()[0], key);
    }
    Class<?> target = (Class<?>) type;
    if (Choices.are(target)) {
      return Choices.rule(target);
    }
    String kind = ScalarReader.rule(target, key) + ScalarReader.bounds(key, " ");
    return kind + (key.value().equals("null") ? ", or null" : "");
  }
}
