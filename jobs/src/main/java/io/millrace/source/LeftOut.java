package io.millrace.source;

import io.millrace.dataset.Split;
import io.millrace.settings.Counts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** What lies beside the images of class folders, in words. */
final class LeftOut {
  private static final int MOST = 5;

  private LeftOut() {}

  /** Files by their extensions, counted. */
  static List<String> files(Collection<String> extensions, String what) {
    var counts =
        extensions.stream()
            .collect(
                Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
    return counts.isEmpty()
        ? List.of()
        : List.of(
            counts.entrySet().stream()
                .map(each -> "%,d %s".formatted(each.getValue(), nameOf(each.getKey())))
                .collect(
                    Collectors.joining(
                        ", ", Counts.of(extensions.size(), "file") + " %s: ".formatted(what), "")));
  }

  private static String nameOf(String extension) {
    return extension.isEmpty() ? "without an extension" : extension;
  }

  /** Files of splits that were not chosen, counted. */
  static List<String> splits(Map<Split, Integer> dropped) {
    return dropped.entrySet().stream()
        .map(
            each ->
                "%s of %s, which source.splits does not name"
                    .formatted(Counts.of(each.getValue(), "file"), Splits.name(each.getKey())))
        .toList();
  }

  /** The first of some paths, with their count. */
  static List<String> some(List<String> paths, String what) {
    return paths.isEmpty()
        ? List.of()
        : List.of("%,d %s: %s".formatted(paths.size(), what, first(paths)));
  }

  /** The first names of some. */
  static String first(Collection<String> names) {
    return names.stream().limit(MOST).collect(Collectors.joining(", "))
        + (names.size() > MOST ? ", ..." : "");
  }

  /**
   * Class folders without an image: they are no classes of the set.
   *
   * @param parents folders of class folders
   * @param classes those with images
   */
  static List<String> folders(FileSystem fs, List<Path> parents, Set<String> classes)
      throws IOException {
    Set<String> empty = new TreeSet<>();
    for (Path parent : parents) {
      for (Path folder : within(fs, parent)) {
        empty.add(folder.getName());
      }
    }
    empty.removeAll(classes);
    return empty.isEmpty()
        ? List.of()
        : List.of(
            "%s without an image: %s"
                .formatted(Counts.of(empty.size(), "class folder"), String.join(", ", empty)));
  }

  /** The folders in a folder, hidden ones aside. */
  static List<Path> within(FileSystem fs, Path parent) throws IOException {
    List<Path> folders = new ArrayList<>();
    for (FileStatus entry : fs.listStatus(parent)) {
      if (entry.isDirectory() && !SourceFiles.hidden(entry.getPath().getName())) {
        folders.add(entry.getPath());
      }
    }
    return folders;
  }
}
