package io.millrace.config;

import java.util.List;

/**
 * Reads a config: flags beat the file, the file beats the defaults of the records. All problems are
 * reported at once.
 */
public final class ConfigReader {
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

  static <T extends Record> T read(
      Class<T> type, String file, String yaml, List<String> overrides) {
    Problems problems = new Problems();
    YamlTree trees = new YamlTree(problems);
    Tree.Entries tree = trees.file(file, yaml);
    overrides.forEach(assignment -> trees.override(tree, assignment));
    problems.throwIfAny();
    T config = new RecordReader(problems).read(type, tree, "");
    problems.throwIfAny();
    return config;
  }
}
