package io.millrace.config;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads YAML text and {@code key.path=value} overrides into trees; keeps nothing but text. */
final class YamlTree {
  /** A word or a number, which YAML takes as it stands, as most defaults are. */
  private static final Pattern WORD = Pattern.compile("-?\\w[\\w.-]*");

  private final Problems problems;

  YamlTree(Problems problems) {
    this.problems = problems;
  }

  /** A whole file; a file without content has no entries. */
  Tree.Entries file(String name, String yaml) {
    Origin start = new Origin(name, 1);
    Tree tree = parse(start, yaml, true);
    if (tree instanceof Tree.Entries entries) {
      return entries;
    }
    if (!(tree instanceof Tree.Scalar scalar && scalar.isNull())) {
      problems.add(start, "Invalid config: " + tree + " (must be keys and values)");
    }
    return new Tree.Entries(new LinkedHashMap<>(), start);
  }

  /** One value, as in a default. */
  Tree value(Origin origin, String yaml) {
    return WORD.matcher(yaml).matches()
        ? new Tree.Scalar(yaml, true, origin)
        : parse(origin, yaml, false);
  }

  /** What a flag gives for a key of lists, keys and values, or anything that is no text. */
  Tree value(Tree.Given given) {
    Tree value = value(given.origin(), given.text());
    if (value instanceof Tree.Scalar scalar) {
      return whole(given, scalar);
    }
    return value;
  }

  /** What a flag gives for a key that is a text: nothing in it is a comment, a list or a key. */
  Tree text(Tree.Given given) {
    boolean quoted = given.text().startsWith("'") || given.text().startsWith("\"");
    return quoted ? value(given) : new Tree.Scalar(given.text(), true, given.origin());
  }

  /** The same for a key that takes a list of texts too. */
  Tree textOrList(Tree.Given given) {
    boolean list = given.text().startsWith("[") && given.text().endsWith("]");
    Tree read = list ? new YamlTree(new Problems()).value(given) : null;
    return read instanceof Tree.Items ? read : text(given);
  }

  /** YAML ends a value where a comment begins; a flag has no comments. */
  private static Tree.Scalar whole(Tree.Given given, Tree.Scalar read) {
    return read.plain() ? new Tree.Scalar(given.text(), true, given.origin()) : read;
  }

  /** Puts {@code key.path=value} into {@code root}, in place of what stands there. */
  void override(Tree.Entries root, String assignment) {
    Origin origin = new Origin("--set " + assignment, 0);
    int equals = assignment.indexOf('=');
    String[] path = equals < 1 ? new String[0] : assignment.substring(0, equals).split("\\.", -1);
    if (path.length == 0) {
      problems.add("Invalid --set: " + assignment + " (must be key.path=value)");
      return;
    }
    String text = assignment.substring(equals + 1).strip();
    put(root, path, new Tree.Given(text, origin), origin);
  }

  /**
   * Puts what a mapping of {@code key.path: value} says into {@code root}, in place of what stands
   * there.
   */
  void set(Tree.Entries root, Tree keys) {
    if (!(keys instanceof Tree.Entries written)) {
      problems.add(keys.origin(), "Invalid set: " + keys + " (must be keys and values)");
      return;
    }
    written
        .entries()
        .forEach((key, value) -> put(root, key.split("\\.", -1), value, value.origin()));
  }

  private void put(Tree.Entries root, String[] path, Tree value, Origin origin) {
    Tree.Entries parent = root;
    for (int i = 0; i < path.length - 1; i++) {
      if (parent.entries().get(path[i]) instanceof Tree.Given given) {
        parent.entries().put(path[i], value(given));
      }
      Optional<Integer> item = item(parent.entries().get(path[i]), path[i + 1]);
      if (item.isPresent()) {
        List<Tree> items = ((Tree.Items) parent.entries().get(path[i])).items();
        if (i + 2 == path.length) {
          items.set(item.get(), value);
          return;
        }
        if (items.get(item.get()) instanceof Tree.Entries inner) {
          parent = inner;
          i++;
          continue;
        }
      }
      Tree next = parent.entries().get(path[i]);
      if (!(next instanceof Tree.Entries)) {
        next = new Tree.Entries(new LinkedHashMap<>(), origin);
        parent.entries().put(path[i], next);
      }
      parent = (Tree.Entries) next;
    }
    parent.entries().put(path[path.length - 1], value);
  }

  /** The item of a list that a part of a path names by its index. */
  private static Optional<Integer> item(Tree list, String name) {
    return list instanceof Tree.Items items && name.matches("\\d{1,9}")
        ? Optional.of(Integer.parseInt(name)).filter(index -> index < items.items().size())
        : Optional.empty();
  }

  private Tree parse(Origin origin, String yaml, boolean lines) {
    LoaderOptions options = new LoaderOptions();
    options.setMaxAliasesForCollections(0); // no loops, no bombs
    try {
      Node node = new Yaml(options).compose(new StringReader(yaml));
      return node == null ? new Tree.Scalar("", true, origin) : tree(node, origin, lines);
    } catch (MarkedYAMLException e) {
      int line = lines && e.getProblemMark() != null ? e.getProblemMark().getLine() + 1 : 0;
      problems.add(new Origin(origin.file(), line), "Cannot read YAML: " + e.getProblem());
    } catch (YAMLException e) {
      Optional<AliasEvent> alias = aliasOfMany(yaml, options);
      if (alias.isPresent()) {
        int line = lines ? alias.get().getStartMark().getLine() + 1 : 0;
        problems.add(
            new Origin(origin.file(), line),
            "Cannot read YAML: *%s stands for a list or for keys and values (write them out; an alias may stand for one value)"
                .formatted(alias.get().getAnchor()));
        return new Tree.Scalar("", true, origin);
      }
      problems.add(origin, "Cannot read YAML: " + e.getMessage().lines().findFirst().orElse(""));
    }
    return new Tree.Scalar("", true, origin);
  }

  /** The first alias of more than one value. */
  private static Optional<AliasEvent> aliasOfMany(String yaml, LoaderOptions options) {
    Set<String> many = new HashSet<>();
    try {
      for (Event event : new Yaml(options).parse(new StringReader(yaml))) {
        if (event instanceof CollectionStartEvent start && start.getAnchor() != null) {
          many.add(start.getAnchor());
        } else if (event instanceof AliasEvent alias && many.contains(alias.getAnchor())) {
          return Optional.of(alias);
        }
      }
    } catch (YAMLException e) {
      // Then that is what is wrong with it, and is said.
    }
    return Optional.empty();
  }

  private Tree tree(Node node, Origin origin, boolean lines) {
    if (node instanceof MappingNode mapping) {
      return entries(mapping, origin, lines);
    }
    if (node instanceof SequenceNode sequence) {
      List<Tree> items = new ArrayList<>();
      sequence.getValue().forEach(item -> items.add(tree(item, at(item, origin, lines), lines)));
      return new Tree.Items(items, origin);
    }
    ScalarNode scalar = (ScalarNode) node;
    boolean plain = scalar.getScalarStyle() == ScalarStyle.PLAIN;
    return new Tree.Scalar(scalar.getValue(), plain, origin);
  }

  private Tree.Entries entries(MappingNode mapping, Origin origin, boolean lines) {
    LinkedHashMap<String, Tree> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Origin here = at(tuple.getKeyNode(), origin, lines);
      Tree key = tree(tuple.getKeyNode(), here, lines);
      String name = key instanceof Tree.Scalar scalar ? scalar.text() : key.toString();
      Tree earlier = entries.put(name, tree(tuple.getValueNode(), here, lines));
      if (earlier != null) {
        problems.add(here, "Duplicate key " + name + " (first at " + earlier.origin() + ")");
      }
    }
    return new Tree.Entries(entries, origin);
  }

  private static Origin at(Node node, Origin origin, boolean lines) {
    return lines ? new Origin(origin.file(), node.getStartMark().getLine() + 1) : origin;
  }
}
