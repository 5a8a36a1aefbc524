package io.millrace.source;

import io.millrace.dataset.Split;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Names that sources give to their splits. */
public final class Splits {
  private static final Map<String, Split> NAMES =
      Map.of(
          "train", Split.TRAIN,
          "training", Split.TRAIN,
          "validation", Split.VALIDATION,
          "valid", Split.VALIDATION,
          "val", Split.VALIDATION,
          "dev", Split.VALIDATION,
          "test", Split.TEST,
          "testing", Split.TEST,
          "t10k", Split.TEST);

  private Splits() {}

  /** The split of that name, or null. */
  public static Split named(String name) {
    return NAMES.get(name.toLowerCase(Locale.ROOT));
  }

  /**
   * The split that a path tells, or null: its file's name begins with a split's and a dash, dot or
   * underscore, or is one; or its first folder is named as one.
   */
  static Split ofFile(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    Split byName = named(name.split("[-._]", 2)[0]);
    return byName != null ? byName : named(path.split("/", 2)[0]);
  }

  /**
   * Checks that the paths of all files tell their split, or none does.
   *
   * @throws IllegalArgumentException if some names tell their split and others do not
   */
  static void requireAllOrNone(List<String> paths, String source) {
    long told = paths.stream().filter(path -> ofFile(path) != null).count();
    if (told != 0 && told != paths.size()) {
      String other = paths.stream().filter(path -> ofFile(path) == null).findFirst().orElseThrow();
      throw new IllegalArgumentException(
          "Cannot read %s: file %s does not tell its split as others do (train-*, validation-*, test-*, or a folder of that name)"
              .formatted(source, other));
    }
  }
}
