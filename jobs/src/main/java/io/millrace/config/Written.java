package io.millrace.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * A part of a config file as it was written, not read yet: one text, or keys and values that are
 * set in another config. It knows file and line of each value, and says what is wrong with one when
 * it is read there.
 */
public final class Written {
  private final Tree tree;

  Written(Tree tree) {
    this.tree = tree;
  }

  /**
   * A whole file.
   *
   * @param name of the file, for messages
   * @throws ConfigException if its text is no YAML of keys and values
   */
  public static Written file(String name, String yaml) {
    Problems problems = new Problems();
    Tree.Entries tree = new YamlTree(problems).file(name, yaml);
    problems.throwIfAny();
    return new Written(tree);
  }

  /** The text, if it is one. */
  public Optional<String> text() {
    return tree instanceof Tree.Scalar scalar ? Optional.of(scalar.text()) : Optional.empty();
  }

  /** The keys with what each is set to, for people, in the order written; none of a text. */
  public Map<String, String> keys() {
    Map<String, String> keys = new LinkedHashMap<>();
    if (tree instanceof Tree.Entries written) {
      written.entries().forEach((key, value) -> keys.put(key, words(value)));
    }
    return keys;
  }

  /**
   * The same with words in its texts replaced.
   *
   * @param words each with what stands for it
   */
  public Written replacing(Map<String, String> words) {
    return new Written(replaced(tree, words));
  }

  /** Whether there is nothing in it. */
  public boolean isEmpty() {
    return tree instanceof Tree.Entries written && written.entries().isEmpty();
  }

  /** As YAML has it: a map, a list, or one value; null where there is nothing in it. */
  Object value() {
    return isEmpty() ? null : value(tree);
  }

  private static Object value(Tree tree) {
    if (tree instanceof Tree.Entries written) {
      Map<String, Object> values = new LinkedHashMap<>();
      written.entries().forEach((key, each) -> values.put(key, value(each)));
      return values;
    }
    if (tree instanceof Tree.Items list) {
      return new ArrayList<>(list.items().stream().map(Written::value).toList());
    }
    boolean plain = tree instanceof Tree.Given || ((Tree.Scalar) tree).plain();
    String text = tree instanceof Tree.Scalar scalar ? scalar.text() : tree.toString();
    return plain ? new Yaml(new SafeConstructor(new LoaderOptions())).load(text) : text;
  }

  /** Whether the other says the same, wherever it stands. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Written written && Objects.equals(value(), written.value());
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(value());
  }

  @Override
  public String toString() {
    return String.valueOf(value());
  }

  /** A tree of its own, which may be changed. */
  Tree tree() {
    return replaced(tree, Map.of());
  }

  private static Tree replaced(Tree tree, Map<String, String> words) {
    if (tree instanceof Tree.Entries written) {
      LinkedHashMap<String, Tree> entries = new LinkedHashMap<>();
      written.entries().forEach((key, value) -> entries.put(key, replaced(value, words)));
      return new Tree.Entries(entries, tree.origin());
    }
    if (tree instanceof Tree.Items list) {
      List<Tree> items = new ArrayList<>();
      list.items().forEach(item -> items.add(replaced(item, words)));
      return new Tree.Items(items, tree.origin());
    }
    if (tree instanceof Tree.Scalar scalar) {
      String text = scalar.text();
      for (Map.Entry<String, String> word : words.entrySet()) {
        text = text.replace(word.getKey(), word.getValue());
      }
      return new Tree.Scalar(text, scalar.plain(), tree.origin());
    }
    return tree;
  }

  private static String words(Tree tree) {
    if (tree instanceof Tree.Entries written) {
      return written.entries().entrySet().stream()
          .map(each -> each.getKey() + ": " + words(each.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (tree instanceof Tree.Items list) {
      return list.items().stream().map(Written::words).collect(Collectors.joining(", ", "[", "]"));
    }
    return tree instanceof Tree.Scalar scalar ? scalar.text() : tree.toString();
  }
}
