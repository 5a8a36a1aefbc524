package io.millrace.source;

import io.millrace.dataset.Split;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * Splits and classes of rows whose images were files: a column has their paths, as Spark's {@code
 * binaryFile} writes them, and the folders in these are read as those of a {@link FolderSource}.
 *
 * @param root folder that all of them lie in, its slash included
 * @param layout which folder below it is what
 */
record PathLabels(String root, FolderLayout layout) implements Serializable {
  /**
   * Finds them.
   *
   * @param folders the folders of all rows' files
   * @throws IllegalArgumentException if some tell a split and others do not
   */
  static PathLabels of(Collection<String> folders, boolean splits, String source) {
    TreeSet<String> sorted = new TreeSet<>(folders);
    String root = sorted.isEmpty() ? "" : common(sorted.first() + "/", sorted.last() + "/");
    if (folders.stream().anyMatch(folder -> (folder + "/").equals(root))) {
      return of(
          root.substring(0, root.lastIndexOf('/', root.length() - 2) + 1), sorted, splits, source);
    }
    return of(root, sorted, splits, source);
  }

  private static PathLabels of(
      String root, Collection<String> folders, boolean splits, String source) {
    List<String> images = new ArrayList<>();
    folders.forEach(folder -> images.add(folder.substring(root.length()) + "/image"));
    return new PathLabels(
        root, splits ? FolderLayout.of(images, source, false) : FolderLayout.CLASSES);
  }

  /** What two paths begin with, up to a slash: in order of names, that is common to all between. */
  private static String common(String first, String last) {
    int same = 0;
    while (same < Math.min(first.length(), last.length())
        && first.charAt(same) == last.charAt(same)) {
      same++;
    }
    return first.substring(0, first.lastIndexOf('/', same - 1) + 1);
  }

  /** The folder of a file. */
  static String folder(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  /** The class of a file, null if it lies in no class folder. */
  String label(String path) {
    return path.startsWith(root) ? layout.label(path.substring(root.length())) : null;
  }

  /** The name of its split, null if its folders tell none. */
  String split(String path) {
    Split split = path.startsWith(root) ? layout.splitOf(path.substring(root.length())) : null;
    return split == null ? null : Splits.name(split);
  }
}
