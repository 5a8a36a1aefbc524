package io.millrace.config;

import io.millrace.settings.Key;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes records from trees by their components and {@link Key} annotations. What a record's own
 * constructor refuses with {@code Invalid <component>: ...} is reported at that key's line.
 */
final class RecordReader {
  private static final Pattern INVALID = Pattern.compile("Invalid ([\\w.\\[\\]]+)(: .*)");
  private static final String KEYS = "keys and values";

  private final Problems problems;
  private final ScalarReader scalars;
  private final YamlTree yaml;
  private final ChoiceReader choices;

  RecordReader(Problems problems) {
    this.problems = problems;
    this.scalars = new ScalarReader(problems);
    this.yaml = new YamlTree(problems);
    this.choices = new ChoiceReader(problems, yaml, this);
  }

  /** The record, or null after problems were noted. */
  <T extends Record> T read(Class<T> type, Tree tree, String path) {
    if (!(tree instanceof Tree.Entries written)) {
      problems.invalid(tree, path, KEYS);
      return null;
    }
    int before = problems.count();
    Map<String, Tree> left = new LinkedHashMap<>(written.entries());
    List<Object> arguments = new ArrayList<>();
    List<Class<?>> known = new ArrayList<>(List.of(type));
    for (RecordComponent component : type.getRecordComponents()) {
      Tree value = left.remove(component.getName());
      boolean inline = component.getAnnotation(Key.class).inline();
      if (inline && value instanceof Tree.Given given) {
        value = yaml.value(given);
      }
      arguments.add(
          inline && !(value instanceof Tree.Entries)
              ? choices.inline(component, value, left, written, path, known)
              : component(component, value, written, path));
    }
    left.forEach((key, value) -> unknown(known, key, value, path));
    return problems.count() == before ? construct(type, arguments, written, path) : null;
  }

  private Object component(RecordComponent component, Tree tree, Tree.Entries parent, String path) {
    Key key = component.getAnnotation(Key.class);
    String name = join(path, component.getName());
    if (tree == null && key.value().equals(Key.REQUIRED)) {
      problems.missing(parent, name, key);
      return null;
    }
    Tree value = tree == null ? yaml.value(parent.origin(), key.value()) : tree;
    if (value instanceof Tree.Given given) {
      value =
          component.getType() == String.class
              ? yaml.text(given)
              : isText(component, key) ? yaml.textOrList(given) : yaml.value(given);
    }
    return value(component.getGenericType(), key, value, name);
  }

  /** Whether a text may stand for a list of it. */
  private static boolean isText(RecordComponent component, Key key) {
    return key.one() && KeyTable.item(component) == String.class;
  }

  private Object value(Type type, Key key, Tree tree, String path) {
    if (type instanceof ParameterizedType list) {
      return items(list.getActualTypeArguments()[0], key, tree, path);
    }
    Class<?> target = (Class<?>) type;
    if (target == Written.class) {
      return written(key, tree, path);
    }
    if (ScalarReader.reads(target)) {
      return scalars.read(target, key, tree, path);
    }
    if (target.isRecord() && tree instanceof Tree.Scalar scalar && !scalar.isNull()) {
      String rule = key.rule().startsWith("such as ") ? KEYS + ", " + key.rule() : key.rule();
      problems.invalid(tree, path, rule.isEmpty() ? KEYS : rule);
      return null;
    }
    if (target.isRecord()) {
      return readOrEmpty(target.asSubclass(Record.class), tree, path);
    }
    boolean nullable = key != null && key.value().equals("null");
    boolean none = tree instanceof Tree.Scalar scalar && scalar.isNull();
    return none && nullable ? null : choices.read(target, tree, path, nullable ? ", or null" : "");
  }

  /** What is only kept here, and read where it belongs; nothing is no keys. */
  private Written written(Key key, Tree tree, String path) {
    if (tree instanceof Tree.Scalar scalar && scalar.isNull()) {
      return new Written(new Tree.Entries(new LinkedHashMap<>(), tree.origin()));
    }
    if (tree instanceof Tree.Items != key.rule().startsWith("a list")) {
      problems.invalid(tree, path, key.rule());
      return null;
    }
    return new Written(tree);
  }

  /** The record of these keys, or of none where nothing is written. */
  <T extends Record> T readOrEmpty(Class<T> type, Tree tree, String path) {
    boolean nothing = tree instanceof Tree.Scalar scalar && scalar.isNull();
    return read(
        type, nothing ? new Tree.Entries(new LinkedHashMap<>(), tree.origin()) : tree, path);
  }

  /** The record of one key that stands for itself: its value is written at the record's path. */
  Object readOnlyKey(Class<? extends Record> type, Tree tree, String path) {
    RecordComponent only = type.getRecordComponents()[0];
    Object value = value(only.getType(), only.getAnnotation(Key.class), tree, path);
    Tree.Entries written = new Tree.Entries(new LinkedHashMap<>(), tree.origin());
    return value == null ? null : construct(type, List.of(value), written, path);
  }

  private List<Object> items(Type type, Key key, Tree given, String path) {
    boolean nothing = given instanceof Tree.Scalar scalar && scalar.isNull();
    if (nothing && key.one() && key.value().equals("[]")) {
      return List.of();
    }
    boolean alone = key.one() && given instanceof Tree.Scalar && !nothing;
    Tree tree = alone ? new Tree.Items(List.of(given), given.origin()) : given;
    if (!(tree instanceof Tree.Items list)) {
      problems.invalid(tree, path, "a list");
      return null;
    }
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < list.items().size(); i++) {
      values.add(value(type, key, list.items().get(i), path + "[" + i + "]"));
    }
    return values.contains(null) ? null : List.copyOf(values);
  }

  private void unknown(List<Class<?>> types, String key, Tree value, String path) {
    List<String> siblings = new ArrayList<>();
    for (Class<?> type : types) {
      for (RecordComponent component : type.getRecordComponents()) {
        siblings.add(component.getName());
      }
    }
    Optional<String> renamed =
        types.stream()
            .flatMap(type -> Arrays.stream(type.getRecordComponents()))
            .filter(component -> !key.isEmpty())
            .filter(component -> component.getAnnotation(Key.class).was().equals(key))
            .map(component -> renamed(component, path))
            .findFirst();
    String hint =
        renamed
            .or(() -> suggested(key, siblings, path))
            .orElse("the keys here are " + String.join(", ", siblings));
    problems.add(
        value.origin(),
        "Unknown key %s (%s)"
            .formatted(key.isEmpty() ? join(path, "\"\"") : join(path, key), hint));
  }

  private static String renamed(RecordComponent component, String path) {
    Key key = component.getAnnotation(Key.class);
    return "it is %s now, %s"
        .formatted(join(path, component.getName()), ScalarReader.rule(component.getType(), key));
  }

  private static Optional<String> suggested(String key, List<String> siblings, String path) {
    return Suggestion.of(key, siblings)
        .map(name -> join(path, name))
        .or(() -> elsewhere(key))
        .map("did you mean %s?"::formatted);
  }

  private static Optional<String> elsewhere(String key) {
    return KeyTable.keys(RunConfig.class).stream()
        .filter(path -> path.endsWith("." + key) && !path.contains("[]"))
        .findFirst();
  }

  private <T extends Record> T construct(
      Class<T> type, List<Object> arguments, Tree.Entries written, String path) {
    try {
      Class<?>[] parameters =
          Arrays.stream(type.getRecordComponents())
              .map(RecordComponent::getType)
              .toArray(Class<?>[]::new);
      var constructor = type.getDeclaredConstructor(parameters);
      constructor.setAccessible(true);
      return constructor.newInstance(arguments.toArray());
    } catch (InvocationTargetException e) {
      String message = String.valueOf(e.getCause().getMessage());
      message.lines().forEach(line -> refused(line, written, path));
      return null;
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("Cannot construct " + type, e);
    }
  }

  private void refused(String message, Tree.Entries written, String path) {
    Matcher matcher = INVALID.matcher(message);
    if (!matcher.matches()) {
      problems.add(written.origin(), message);
      return;
    }
    Tree at = written;
    for (String name : matcher.group(1).split("\\W+")) {
      if (at instanceof Tree.Entries entries && entries.entries().containsKey(name)) {
        at = entries.entries().get(name);
      } else if (at instanceof Tree.Items list) {
        at = list.items().get(Integer.parseInt(name));
      }
    }
    problems.add(at.origin(), "Invalid " + join(path, matcher.group(1)) + matcher.group(2));
  }

  static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
