package io.millrace.source;

import io.millrace.dataset.Split;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits and classes of rows whose images were files: a column has their paths, as Spark's {@code
 * binaryFile} writes them, and the folders in these are read as those of a {@link FolderSource}.
 *
 * @param roots folders that class folders, or those of the layout, lie in, slashes included
 * @param layout which folder below them is what
 */
record PathLabels(List<String> roots, FolderLayout layout) implements Serializable {
  private static final Pattern STORE = Pattern.compile("[A-Za-z][\\w+.-]*:(//[^/]*)?");

  /**
   * Finds those of several places, each of which has class folders of its own, unless the folders
   * of all of them tell splits.
   *
   * @param places the folders of the images of each
   * @param splits whether splits are looked for
   * @throws IllegalArgumentException if some folders tell a split and others do not
   */
  static Map<String, PathLabels> of(
      Map<String, Set<String>> places, boolean splits, String source) {
    List<String> all = places.values().stream().flatMap(Set::stream).toList();
    PathLabels together = splits ? of(all, source) : of(all);
    Map<String, PathLabels> labels = new HashMap<>();
    places.forEach(
        (place, folders) -> labels.put(place, together.tellsSplits() ? together : of(folders)));
    return labels;
  }

  /** Those of folders that tell splits; of classes alone where none does. */
  private static PathLabels of(Collection<String> folders, String source) {
    TreeSet<String> sorted = new TreeSet<>(folders);
    String root = common(sorted);
    if (sorted.contains(folder(root))) {
      root = above(root);
    }
    List<String> images = new ArrayList<>();
    for (String folder : sorted) {
      images.add(folder.substring(root.length()) + "/image");
    }
    FolderLayout layout = FolderLayout.of(images, source, false);
    return layout.split() < 0 ? of(folders) : new PathLabels(List.of(root), layout);
  }

  /** Those of class folders: of each store, such as a bucket, what all its folders lie in. */
  private static PathLabels of(Collection<String> folders) {
    TreeMap<String, TreeSet<String>> stores = new TreeMap<>();
    folders.forEach(
        folder -> stores.computeIfAbsent(store(folder), any -> new TreeSet<>()).add(folder));
    List<String> roots = new ArrayList<>();
    stores.forEach((store, own) -> roots.add(root(store, own)));
    return new PathLabels(roots, FolderLayout.CLASSES);
  }

  /** Whether folders tell splits. */
  boolean tellsSplits() {
    return layout.split() >= 0;
  }

  /** Images may lie in it where it is the only class, and else have none. */
  private static String root(String store, TreeSet<String> folders) {
    String root = common(folders);
    long below =
        folders.stream()
            .filter(folder -> folder.length() > root.length())
            .map(folder -> folder.substring(root.length()).split("/")[0])
            .distinct()
            .count();
    boolean isClass = folders.contains(folder(root)) && below < 2;
    return isClass && above(root).length() > store.length() ? above(root) : root;
  }

  private static String above(String root) {
    return root.substring(0, root.lastIndexOf('/', root.length() - 2) + 1);
  }

  private static String store(String folder) {
    Matcher store = STORE.matcher(folder);
    return store.lookingAt() ? store.group() : "";
  }

  /** What all begin with, up to a slash: in order of names, that of the first and the last. */
  private static String common(TreeSet<String> folders) {
    if (folders.isEmpty()) {
      return "";
    }
    String first = folders.first() + "/";
    String last = folders.last() + "/";
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
    String below = below(path);
    return below == null ? null : layout.label(below);
  }

  /** The name of its split, null if its folders tell none. */
  String split(String path) {
    String below = below(path);
    Split split = below == null ? null : layout.splitOf(below);
    return split == null ? null : Splits.name(split);
  }

  private String below(String path) {
    for (String root : roots) {
      if (path.startsWith(root)) {
        return path.substring(root.length());
      }
    }
    return null;
  }
}
