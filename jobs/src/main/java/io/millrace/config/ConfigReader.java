package io.millrace.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a config: flags beat the file, the file beats the defaults of the records. All problems are
 * reported at once.
 */
public final class ConfigReader {
  private static final String TEACHER = "teacher";

  private ConfigReader() {}

  /**
   * Reads a run's config.
   *
   * @param file name of the file, for messages
   * @param yaml its text
   * @param overrides {@code key.path=value} each, the value a text as it stands where the key is a
   *     text, else YAML; later ones win
   * @throws ConfigException with every problem: file, line, dotted key, value and rule
   */
  public static RunConfig read(String file, String yaml, List<String> overrides) {
    return read(RunConfig.class, file, yaml, overrides);
  }

  /** The same with what stands for the variables in its texts. */
  public static RunConfig read(
      String file, String yaml, List<String> overrides, Variables variables) {
    return read(RunConfig.class, file, yaml, overrides, variables);
  }

  /** The same of a config of another kind, whose keys are those of a record. */
  public static <T extends Record> T read(
      Class<T> type, String file, String yaml, List<String> overrides) {
    return read(type, file, yaml, overrides, Variables.of(System.getenv()));
  }

  private static <T extends Record> T read(
      Class<T> type, String file, String yaml, List<String> overrides, Variables variables) {
    Problems problems = new Problems();
    Tree.Entries tree = new YamlTree(problems).file(file, yaml);
    return read(type, tree, List.of(), overrides, variables, problems);
  }

  /**
   * Reads a run's config that is written in pieces.
   *
   * @param base keys and values
   * @param sets keys that are set in it, {@code key.path: value} each; what stood there is replaced
   *     whole, and later ones win
   * @param overrides as above; they beat all others
   */
  public static RunConfig read(Written base, List<Written> sets, List<String> overrides) {
    Variables variables = Variables.of(System.getenv());
    return read(RunConfig.class, base.tree(), sets, overrides, variables, new Problems());
  }

  /**
   * A config that was resolved earlier, maybe by an older version: a key that came since has its
   * default, which does what was done without it, and one that was renamed its new name.
   *
   * @param yaml all keys, as {@link ConfigWriter#yaml} wrote them
   * @throws ConfigException if the config can no longer be read
   */
  public static RunConfig resolved(String yaml) {
    return read("config.yaml", EarlierConfig.today(yaml), List.of(), Variables.NONE);
  }

  private static <T extends Record> T read(
      Class<T> type,
      Tree tree,
      List<Written> sets,
      List<String> overrides,
      Variables variables,
      Problems problems) {
    YamlTree trees = new YamlTree(problems);
    if (tree instanceof Tree.Entries root) {
      sets.forEach(set -> trees.set(root, set.tree()));
      overrides.forEach(assignment -> trees.override(root, assignment));
    }
    problems.throwIfAny();
    if (!variables.equals(Variables.NONE)) {
      LiteralSecrets.refuse(tree, "", problems);
    }
    Tree known = variables.in(tree, problems);
    problems.throwIfAny();
    T config = new RecordReader(problems).read(type, known, "");
    problems.throwIfAny();
    if (config instanceof RunConfig run) {
      for (int i = 0; i < run.stages().size(); i++) {
        stage(run, i);
      }
    }
    return config;
  }

  /**
   * What a stage of a run is as a run of its own, with its epochs: the run's config with what the
   * stage sets anew.
   *
   * @throws ConfigException naming the stage, for what does not go together
   */
  public static RunConfig stage(RunConfig run, int index) {
    StageConfig stage = run.stages().get(index);
    Problems problems = new Problems();
    YamlTree trees = new YamlTree(problems);
    Tree.Entries root = trees.file("config.yaml", ConfigWriter.yaml(run));
    root.entries().remove("stages");
    trees.override(root, "training.epochs=" + stage.epochs());
    if (stage.batchPerWorker() != null) {
      trees.override(root, "training.batchPerWorker=" + stage.batchPerWorker());
    }
    overlay(root, "optimizer", stage.optimizer(), run.optimizer());
    overlay(root, "learningRate", stage.learningRate(), run.learningRate());
    overlay(root, "loss", stage.loss(), run.loss());
    overlay(root, "averaging", stage.averaging(), run.averaging());
    if (!stage.augment().isEmpty()) {
      root.entries().put("augment", stage.augment().tree());
    }
    try {
      problems.throwIfAny();
      RunConfig config = new RecordReader(problems).read(RunConfig.class, root, "");
      problems.throwIfAny();
      return config;
    } catch (ConfigException e) {
      throw new ConfigException(
          e.problems().stream()
              .map(line -> "%s (in stage %s)".formatted(line, stage.name()))
              .toList());
    }
  }

  /**
   * Sets keys of a section anew.
   *
   * @param now what the section is; keys of a choice in it go where another is named
   */
  private static void overlay(Tree.Entries root, String section, Written keys, Record now) {
    if (keys.isEmpty()) {
      return;
    }
    var target = ((Tree.Entries) root.entries().get(section)).entries();
    Map<String, Tree> set = ((Tree.Entries) keys.tree()).entries();
    ConfigWriter.inlineKeys(now)
        .forEach(
            (choice, own) -> {
              if (set.containsKey(choice) && !said(set, choice).equals(said(target, choice))) {
                own.forEach(target::remove);
              }
            });
    set.forEach((name, tree) -> target.merge(name, tree, ConfigReader::joined));
  }

  /**
   * What a stage makes of a key: its own value, but of a teacher that it does not name the run's
   * with other settings, where it has any.
   */
  private static Tree joined(Tree now, Tree own) {
    boolean settings =
        now instanceof Tree.Entries before
            && own instanceof Tree.Entries given
            && before.entries().containsKey(TEACHER)
            && !given.entries().containsKey(TEACHER)
            && !given.entries().isEmpty();
    if (!settings) {
      return own;
    }
    var all = new LinkedHashMap<>(((Tree.Entries) now).entries());
    all.putAll(((Tree.Entries) own).entries());
    return new Tree.Entries(all, own.origin());
  }

  private static String said(Map<String, Tree> keys, String name) {
    return String.valueOf(keys.get(name)).replace("\"", "");
  }
}
