package io.millrace.prepare;

import io.millrace.dataset.Split;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Names that sources give to their splits. */
final class Splits {
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
  static Split named(String name) {
    return NAMES.get(name.toLowerCase(Locale.ROOT));
  }

  /** Whether a file's name begins with a split's name and a dash, dot or underscore, or is one. */
  static Split ofFile(String name) {
    return named(name.split("[-._]", 2)[0]);
  }

  /**
   * The split of each file, null for all if no name tells one.
   *
   * @throws IllegalArgumentException if some names tell their split and others do not
   */
  static void requireAllOrNone(List<String> names, String source) {
    long told = names.stream().filter(name -> ofFile(name) != null).count();
    if (told != 0 && told != names.size()) {
      String other = names.stream().filter(name -> ofFile(name) == null).findFirst().orElseThrow();
      throw new IllegalArgumentException(
          "Cannot read %s: file %s does not tell its split as others do (train-*, validation-*, test-*)"
              .formatted(source, other));
    }
  }
}
