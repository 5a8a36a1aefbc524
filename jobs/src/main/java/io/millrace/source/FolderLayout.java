package io.millrace.source;

import io.millrace.dataset.Split;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Where the paths of images name split and class: {@code <split>/<class>/...}, {@code
 * <class>/<split>/...} or {@code <class>/...}, also below further folders that all share a place.
 *
 * @param split number of the folder that is the split, -1 if none is
 * @param label number of the folder that is the class
 */
record FolderLayout(int split, int label) implements Serializable {
  /** Class folders without splits. */
  static final FolderLayout CLASSES = new FolderLayout(-1, 0);

  private static final String RULE = "<class>/<image> or <split>/<class>/<image>";

  /**
   * Finds the layout.
   *
   * @throws IllegalArgumentException if some paths tell a split and others do not, or no folder is
   *     left to be the class
   */
  static FolderLayout of(List<String> images, String source, boolean tables) {
    List<String[]> paths = images.stream().map(path -> path.split("/")).toList();
    int split = level(paths, Splits::ofFolder);
    if (split < 0) {
      split = level(paths, Splits::word);
    }
    if (split < 0) {
      refuseMixed(paths, Splits::ofFolder, 1, source);
      refuseMixed(paths, Splits::word, 2, source);
      return CLASSES;
    }
    split = innermost(paths, split);
    int at = split;
    if (paths.stream().anyMatch(path -> path.length > at + 2)) {
      return new FolderLayout(split, split + 1);
    }
    if (split > 0 && paths.stream().map(path -> path[at - 1]).distinct().count() > 1) {
      return new FolderLayout(split, split - 1);
    }
    throw new IllegalArgumentException(
        "Cannot read %s: its images lie in %s, which are splits, no classes (must be %s; source.splitByPath: false makes every folder a class%s)"
            .formatted(
                source,
                paths.stream().map(path -> path[at]).distinct().sorted().toList(),
                RULE,
                tables
                    ? "; labels of a metadata or annotations file are not read: make Parquet of them, with datasets.load_dataset(...) and to_parquet"
                    : ""));
  }

  /** The class of an image, null if it lies in no class folder. */
  String label(String path) {
    String[] names = path.split("/");
    return label < names.length - 1 ? names[label] : null;
  }

  /** The folder that the class folder of an image lies in. */
  String parent(String path) {
    return String.join("/", List.of(path.split("/")).subList(0, label));
  }

  /** The split of an image, or null. */
  Split splitOf(String path) {
    if (split < 0) {
      return null;
    }
    String name = path.split("/")[split];
    Split exact = Splits.ofFolder(name);
    return exact == null ? Splits.word(name) : exact;
  }

  /** The first level at which the folders of all paths tell a split, or -1. */
  private static int level(List<String[]> paths, Function<String, Split> split) {
    int levels = paths.stream().mapToInt(path -> path.length - 1).min().orElse(0);
    for (int level = 0; level < levels; level++) {
      int at = level;
      if (paths.stream().allMatch(path -> split.apply(path[at]) != null)) {
        return level;
      }
    }
    return -1;
  }

  /** Archives repeat the folder of a split inside it: {@code training_set/training_set/cats}. */
  private static int innermost(List<String[]> paths, int split) {
    int level = split;
    while (repeats(paths, level)) {
      level++;
    }
    return level;
  }

  private static boolean repeats(List<String[]> paths, int level) {
    return paths.stream()
        .allMatch(path -> path.length > level + 3 && path[level].equals(path[level + 1]));
  }

  /** Refuses first folders of which some tell one of {@code splits} or more, and some none. */
  private static void refuseMixed(
      List<String[]> paths, Function<String, Split> split, int splits, String source) {
    Map<Boolean, List<String[]>> tells =
        paths.stream()
            .collect(
                Collectors.partitioningBy(path -> path.length > 1 && split.apply(path[0]) != null));
    long told = tells.get(true).stream().map(path -> split.apply(path[0])).distinct().count();
    if (told >= splits && !tells.get(false).isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot read %s: %s lies in the folder of a split, %s does not (must be %s for all; source.splitByPath: false makes every folder a class)"
              .formatted(
                  source,
                  String.join("/", tells.get(true).get(0)),
                  String.join("/", tells.get(false).get(0)),
                  RULE));
    }
  }
}
