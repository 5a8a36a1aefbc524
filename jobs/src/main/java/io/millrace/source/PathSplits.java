package io.millrace.source;

import io.millrace.dataset.Split;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The splits that the paths of files tell: a folder that is a split by its name or partition value,
 * else a word of the file's name, else a word of a folder's. All files tell one, or none does.
 *
 * @param told whether the paths tell a split
 * @param label partition column of the label, whose values are no splits
 */
record PathSplits(boolean told, String label) implements Serializable {
  /** Paths that tell nothing. */
  static final PathSplits NONE = new PathSplits(false, null);

  /**
   * Finds whether paths tell their splits.
   *
   * @throws IllegalArgumentException if some do and others do not, or one tells two
   */
  static PathSplits of(List<String> paths, String label, String source) {
    var splits = new PathSplits(true, label);
    String told = null;
    String other = null;
    for (String path : paths) {
      if (splits.of(path) == null) {
        other = other == null ? path : other;
      } else {
        told = told == null ? path : told;
      }
    }
    if (told == null) {
      return NONE;
    }
    if (other != null) {
      throw new IllegalArgumentException(
          "Cannot read %s: %s tells a split by its path, %s does not (must be all or none: a folder called train, validation or test, or that word in the name; source.splitByPath: false makes all of them train)"
              .formatted(source, told, other));
    }
    return splits;
  }

  /** The split of a file, null where paths tell none. */
  Split of(String path) {
    if (!told) {
      return null;
    }
    String[] names = path.split("/");
    Set<Split> folders = EnumSet.noneOf(Split.class);
    Set<Split> words = EnumSet.noneOf(Split.class);
    for (int i = 0; i < names.length - 1; i++) {
      if (!HivePath.isOf(names[i], label)) {
        words.addAll(Splits.words(names[i]));
        if (Splits.ofFolder(names[i]) != null) {
          folders.add(Splits.ofFolder(names[i]));
        }
      }
    }
    for (Set<Split> found : List.of(folders, Splits.words(names[names.length - 1]), words)) {
      if (found.size() > 1) {
        throw new IllegalArgumentException(
            "Cannot read %s: its path tells the splits %s (must be one; source.splitByPath: false makes all files train)"
                .formatted(path, found.stream().map(Splits::name).toList()));
      }
      if (found.size() == 1) {
        return found.iterator().next();
      }
    }
    return null;
  }

  /** The name of a file's split, as rows carry it, or null. */
  String name(String path) {
    Split split = of(path);
    return split == null ? null : Splits.name(split);
  }

  /** The files of the splits that were chosen; what is left out is added to {@code leftOut}. */
  List<SourceFiles.Entry> choose(
      List<SourceFiles.Entry> files, List<Split> chosen, List<String> leftOut) {
    List<SourceFiles.Entry> kept = new ArrayList<>();
    Map<Split, Integer> dropped = new EnumMap<>(Split.class);
    for (SourceFiles.Entry file : files) {
      Split split = of(file.path());
      if (Splits.chosen(chosen, split)) {
        kept.add(file);
      } else {
        dropped.merge(split == null ? Split.TRAIN : split, 1, Integer::sum);
      }
    }
    requireAny(kept.isEmpty() && !files.isEmpty(), chosen, dropped.keySet());
    leftOut.addAll(LeftOut.splits(dropped));
    return kept;
  }

  /** Refuses a choice that leaves nothing. */
  static void requireAny(boolean nothing, List<Split> chosen, Set<Split> there) {
    if (nothing) {
      throw new IllegalArgumentException(
          "Invalid source.splits: %s (must name one that is there: %s)"
              .formatted(
                  chosen.stream().map(Splits::name).toList(),
                  String.join(", ", there.stream().map(Splits::name).toList())));
    }
  }
}
