package io.millrace.config;

import io.millrace.image.ImageOperation;
import io.millrace.settings.Key;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;

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

  /** All keys of a config file and of the image operations in it, as Markdown tables. */
  public static String markdown() {
    StringBuilder text = new StringBuilder(table(of(RunConfig.class)));
    text.append("\nAn item of `augment` is `name: {key: value}`, or the bare name:\n\n");
    List<Row> operations = new ArrayList<>();
    Variants.of(ImageOperation.class)
        .forEach((name, operation) -> collect(operation, name + ".", operations));
    return text.append(table(operations)).toString();
  }

  private static String table(List<Row> rows) {
    StringBuilder text =
        new StringBuilder("| key | default | allowed | meaning |\n|---|---|---|---|\n");
    for (Row row : rows) {
      String value = row.value.equals(REQUIRED) ? REQUIRED : "`" + row.value + "`";
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
    if (!ScalarReader.reads(target)) {
      return "an image operation";
    }
    String kind = ScalarReader.rule(target, key) + ScalarReader.bounds(key, " ");
    return kind + (key.value().equals("null") ? ", or null" : "");
  }
}
