package io.millrace.config;

import io.millrace.evaluate.EvaluationConfig;
import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** All keys of a config as rows: the reference in conf/README.md. */
public final class KeyTable {
  private KeyTable() {}

  /**
   * One key.
   *
   * @param key dotted path
   * @param value default, {@link Key#REQUIRED}, or empty for the name of a choice
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

  /** The dotted keys of a record, of the records in it, and of what stands beside a choice. */
  static List<String> keys(Class<?> type) {
    List<Row> rows = new ArrayList<>();
    collect(type, "", rows);
    List<String> keys = new ArrayList<>(rows.stream().map(Row::key).toList());
    visit(
        type,
        "",
        (path, component) -> {
          if (component.getAnnotation(Key.class).inline()) {
            String section = path.substring(0, path.lastIndexOf('.') + 1);
            List<Row> beside = new ArrayList<>();
            Choices.of(item(component)).values().forEach(each -> collect(each, section, beside));
            beside.forEach(row -> keys.add(row.key));
          }
        });
    return keys;
  }

  /** All keys of a config file, and of all that it may choose by name, as Markdown tables. */
  public static String markdown() {
    Map<Class<?>, List<String>> places = new LinkedHashMap<>();
    visit(
        RunConfig.class,
        "",
        (path, component) ->
            places
                .computeIfAbsent(item(component), type -> new ArrayList<>())
                .add(form(component).formatted(path)));
    StringBuilder text = new StringBuilder(table(of(RunConfig.class)));
    places.forEach(
        (type, forms) ->
            text.append("\n%s:\n\n%s".formatted(String.join(".\n", forms), table(choices(type)))));
    return text.append("\n%s\n".formatted(free())).toString();
  }

  /** All keys of a config of another kind, as a Markdown table. */
  public static String markdown(Class<? extends Record> type) {
    return table(of(type));
  }

  private static String free() {
    List<String> keys = new ArrayList<>();
    free(RunConfig.class, "", keys);
    List<String> measuring =
        Arrays.stream(EvaluationConfig.class.getRecordComponents())
            .filter(each -> each.getAnnotation(Key.class).measures())
            .map(each -> "evaluation." + each.getName())
            .toList();
    return "A run can be resumed with other values of `%s`; where the rate follows what validation measures, not with those of `%s`. %sNo other key may differ."
        .formatted(String.join("`, `", keys), String.join("`, `", measuring), accepted());
  }

  /** The keys that may differ where somebody accepts it, by the name under which. */
  private static String accepted() {
    Map<String, List<String>> names = new TreeMap<>();
    accepted(RunConfig.class, "", names);
    StringBuilder text = new StringBuilder();
    names.forEach(
        (name, keys) ->
            text.append(
                "With `--accept %s` also of `%s`, as far as that changes what was planned, which is said. "
                    .formatted(name, String.join("`, `", keys))));
    return text.toString();
  }

  private static void accepted(Class<?> type, String path, Map<String, List<String>> names) {
    for (RecordComponent component : type.getRecordComponents()) {
      Class<?> item = item(component);
      String key = path + component.getName();
      String name = component.getAnnotation(Key.class).accept();
      if (!name.isEmpty()) {
        names
            .computeIfAbsent(name, any -> new ArrayList<>())
            .add(item.isRecord() ? key + ".*" : key);
      } else if (item.isRecord() && !isList(component)) {
        accepted(item, key + ".", names);
      }
    }
  }

  /** Collects the keys, or whole sections, that do not decide the weights. */
  private static void free(Class<?> type, String path, List<String> keys) {
    for (RecordComponent component : type.getRecordComponents()) {
      Class<?> item = item(component);
      String name = path + component.getName();
      if (!component.getAnnotation(Key.class).decides()) {
        keys.add(item.isRecord() ? name + ".*" : name);
      } else if (item.isRecord()) {
        free(item, name + ".", keys);
      }
    }
  }

  /** Visits the choices of a record, of the records in it and of what is chosen there. */
  private static void visit(
      Class<?> type, String path, BiConsumer<String, RecordComponent> visitor) {
    visit(type, path, Set.of(), visitor);
  }

  /** The same without choices of what is being chosen: some are made of others of their kind. */
  private static void visit(
      Class<?> type,
      String path,
      Set<Class<?>> within,
      BiConsumer<String, RecordComponent> visitor) {
    for (RecordComponent component : type.getRecordComponents()) {
      Class<?> item = item(component);
      if (item.isRecord()) {
        String inside = path + component.getName() + (isList(component) ? "[]." : ".");
        visit(item, inside, within, visitor);
      } else if (Choices.are(item) && !within.contains(item)) {
        visitor.accept(path + component.getName(), component);
        Set<Class<?>> deeper = new HashSet<>(within);
        deeper.add(item);
        Choices.of(item).values().forEach(choice -> visit(choice, path, deeper, visitor));
      }
    }
  }

  private static String form(RecordComponent component) {
    if (component.getAnnotation(Key.class).inline()) {
      return "`%s` names one of these, whose keys stand beside it";
    }
    String number =
        Choices.number(item(component))
            .map(each -> ", or a number, which is `%s`".formatted(Choices.nameOf(each)))
            .orElse("");
    return isList(component)
        ? "An item of `%s` is `name: {key: value}`, or the bare name"
        : "`%s` is `{kind: name, key: value}`, or the bare name" + number;
  }

  private static List<Row> choices(Class<?> type) {
    List<Row> rows = new ArrayList<>();
    Choices.of(type)
        .forEach(
            (name, choice) -> {
              rows.add(new Row(name, "", "", choice.getAnnotation(Named.class).doc()));
              collect(choice, name + ".", rows);
            });
    return rows;
  }

  static boolean isList(RecordComponent component) {
    return component.getGenericType() instanceof ParameterizedType;
  }

  static Class<?> item(RecordComponent component) {
    return component.getGenericType() instanceof ParameterizedType list
        ? (Class<?>) list.getActualTypeArguments()[0]
        : component.getType();
  }

  private static String table(List<Row> rows) {
    StringBuilder text =
        new StringBuilder("| key | default | allowed | meaning |\n|---|---|---|---|\n");
    for (Row row : rows) {
      String value =
          row.value.equals(Key.REQUIRED)
              ? "required"
              : row.value.isEmpty() ? "" : "`" + row.value + "`";
      text.append("| `%s` | %s | %s | %s |\n".formatted(row.key, value, row.rule, row.doc));
    }
    return text.toString();
  }

  private static void collect(Class<?> type, String path, List<Row> rows) {
    for (RecordComponent component : type.getRecordComponents()) {
      Key key = component.getAnnotation(Key.class);
      String name = path + component.getName();
      Class<?> item = item(component);
      if (isList(component) || !item.isRecord()) {
        rows.add(new Row(name, key.value(), rule(component.getGenericType(), key), key.doc()));
      }
      if (item.isRecord()) {
        collect(item, name + (isList(component) ? "[]." : "."), rows);
      }
    }
  }

  private static String rule(Type type, Key key) {
    if (type instanceof ParameterizedType list) {
      return "a list of: " + rule(list.getActualTypeArguments()[0], key);
    }
    Class<?> target = (Class<?>) type;
    if (target.isRecord()) {
      return "keys and values";
    }
    if (Choices.are(target)) {
      return Choices.rule(target) + (key.value().equals("null") ? ", or null" : "");
    }
    String kind = ScalarReader.rule(target, key) + ScalarReader.bounds(key, " ");
    return kind + (key.value().equals("null") ? ", or null" : "");
  }
}
