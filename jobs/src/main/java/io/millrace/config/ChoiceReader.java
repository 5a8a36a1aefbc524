package io.millrace.config;

import io.millrace.settings.Key;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads what a config chooses by name: one of several records behind an interface. */
final class ChoiceReader {
  private static final String KIND = "kind";

  private final Problems problems;
  private final YamlTree yaml;
  private final RecordReader records;

  ChoiceReader(Problems problems, YamlTree yaml, RecordReader records) {
    this.problems = problems;
    this.yaml = yaml;
    this.records = records;
  }

  /**
   * One of several records behind an interface: the bare name, {@code name: {keys}}, {@code {kind:
   * name, keys}}, or a number where one of them is nothing else.
   *
   * @param or what may stand there besides, in words
   */
  Object read(Class<?> type, Tree tree, String path, String or) {
    Class<? extends Record> number = Choices.number(type).orElse(null);
    if (number != null && String.valueOf(text(tree)).matches("[-+.]*\\d.*")) {
      return records.readOnlyKey(number, tree, path);
    }
    LinkedHashMap<String, Tree> keys = new LinkedHashMap<>();
    Tree own = new Tree.Entries(keys, tree.origin());
    String name = text(tree);
    if (tree instanceof Tree.Entries written && written.entries().containsKey(KIND)) {
      keys.putAll(written.entries());
      name = text(keys.remove(KIND));
    } else if (tree instanceof Tree.Entries written && written.entries().size() == 1) {
      Map.Entry<String, Tree> only = written.entries().entrySet().iterator().next();
      name = only.getKey();
      own = only.getValue();
    }
    Class<? extends Record> choice = choice(type, name, tree, path, or);
    return choice == null ? null : records.readOrEmpty(choice, own, path + "." + name);
  }

  private Class<? extends Record> choice(
      Class<?> type, String name, Tree tree, String path, String or) {
    Class<? extends Record> choice = name == null ? null : Choices.find(type, name).orElse(null);
    if (choice == null) {
      problems.add(
          tree.origin(),
          "Invalid %s: %s (must be %s)"
              .formatted(path, name == null ? tree : name, Choices.ruleAndHint(type, or)));
    }
    return choice;
  }

  private static String text(Tree tree) {
    if (tree instanceof Tree.Given given) {
      return given.text();
    }
    return tree instanceof Tree.Scalar scalar && !scalar.isNull() ? scalar.text() : null;
  }

  /** A choice whose keys stand beside its name, among {@code left}, from which they are taken. */
  Object inline(
      RecordComponent component,
      Tree tree,
      Map<String, Tree> left,
      Tree.Entries parent,
      String path,
      List<Class<?>> known) {
    Key key = component.getAnnotation(Key.class);
    String name = RecordReader.join(path, component.getName());
    Class<? extends Record> choice = null;
    Tree named = tree;
    if (tree == null && key.value().equals(Key.REQUIRED)) {
      problems.missing(parent, name, key);
    } else {
      named = tree == null ? yaml.value(parent.origin(), key.value()) : tree;
      choice = choice(component.getType(), text(named), named, name, "");
    }
    if (choice == null) {
      left.keySet().removeAll(namesOf(component.getType()));
      return null;
    }
    known.add(choice);
    LinkedHashMap<String, Tree> own = new LinkedHashMap<>();
    for (RecordComponent each : choice.getRecordComponents()) {
      if (left.containsKey(each.getName())) {
        own.put(each.getName(), left.remove(each.getName()));
      }
    }
    others(component, choice, left, path);
    return records.read(choice, new Tree.Entries(own, named.origin()), path);
  }

  /** Keys of another choice than the one that is named have no effect, and are refused. */
  private void others(
      RecordComponent component, Class<?> choice, Map<String, Tree> left, String path) {
    String name = Choices.nameOf(choice);
    for (String key : Set.copyOf(left.keySet())) {
      List<String> owners =
          Choices.of(component.getType()).entrySet().stream()
              .filter(each -> hasKey(each.getValue(), key))
              .map(Map.Entry::getKey)
              .toList();
      if (!owners.isEmpty()) {
        problems.add(
            left.remove(key).origin(),
            "Invalid %s: %s is %s, which has no such key (%s)"
                .formatted(
                    RecordReader.join(path, key),
                    RecordReader.join(path, component.getName()),
                    name,
                    String.join(", ", owners) + (owners.size() == 1 ? " has" : " have")));
      }
    }
  }

  private static Set<String> namesOf(Class<?> type) {
    Set<String> names = new HashSet<>();
    for (Class<?> choice : Choices.of(type).values()) {
      for (RecordComponent each : choice.getRecordComponents()) {
        names.add(each.getName());
      }
    }
    return names;
  }

  private static boolean hasKey(Class<?> type, String key) {
    return Arrays.stream(type.getRecordComponents()).anyMatch(each -> each.getName().equals(key));
  }
}
