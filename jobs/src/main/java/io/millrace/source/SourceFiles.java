package io.millrace.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files of a source, in order of their paths; hidden ones are left out.
 *
 * @param root folder that the paths are relative to
 * @param files every file below it, or the one file that the source is
 * @param links links that were not followed and why, and what else was not listed, a line each
 * @param underscored paths that are left out for a name that begins with _
 * @param depth folders between the root and each of the paths that were named, of a pattern its
 *     part without signs; -1 if that differs
 * @param matched the same of what the patterns match
 * @param filter which rows are read
 */
public record SourceFiles(
    Path root,
    List<Entry> files,
    List<String> links,
    List<String> underscored,
    int depth,
    int matched,
    RowFilter filter) {
  /**
   * One file.
   *
   * @param path relative to the root
   * @param bytes its length
   * @param modified time of its last change in ms since 1970
   */
  public record Entry(String path, long bytes, long modified) implements java.io.Serializable {
    String name() {
      return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Lower-case letters behind the last dot of the name, or nothing. */
    String extension() {
      int dot = name().lastIndexOf('.');
      return dot < 0 ? "" : name().substring(dot + 1).toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** Lists one path of a source of which all is read. */
  public static SourceFiles list(String source, Configuration conf) throws IOException {
    return list(List.of(source), null, conf);
  }

  /** Lists what a config names. */
  public static SourceFiles list(SourceConfig source, Configuration conf) throws IOException {
    return list(source.path(), source.where(), conf);
  }

  /**
   * Lists files, folders, or all that a pattern such as {@code lake/*}{@code /part-*} matches; a
   * path that exists is no pattern. Folders whose partition columns do not meet the condition are
   * not listed.
   *
   * @throws IllegalArgumentException if nothing is there, it is a table with a log of its own, or
   *     the paths are of several file systems
   */
  private static SourceFiles list(List<String> paths, String where, Configuration conf)
      throws IOException {
    String source = String.join(", ", paths);
    FileSystem fs = new Path(paths.get(0)).getFileSystem(conf);
    if (fs.getUri().getScheme().matches("https?")) {
      throw new IllegalArgumentException(
          "Invalid source.path: %s (must be of a file system whose folders can be listed, which %s is not)"
              .formatted(source, fs.getUri().getScheme()));
    }
    List<Path> starts = new ArrayList<>();
    List<Path> tops = new ArrayList<>();
    for (String each : paths) {
      Path path = ofOne(fs, each, conf);
      List<Path> found = fs.exists(path) ? List.of(path) : matches(fs, path, each);
      Path top = found.get(0).equals(path) ? folder(fs, path) : fixedPart(path);
      TableFormat.refuseAround(each, top, fs);
      starts.addAll(found);
      tops.add(top);
    }
    Path root = tops.stream().reduce(SourceFiles::above).orElseThrow();
    var walk = new SourceWalk(fs, root, source);
    Where condition = Where.of(where);
    var partitions = new PartitionWalk(fs, walk, condition);
    for (Path start : starts) {
      for (Path each : condition.none() ? List.of(start) : partitions.starts(start)) {
        if (fs instanceof LocalFileSystem local) {
          walk.local(local.pathToFile(each).toPath());
        } else {
          walk.remote(each);
        }
      }
    }
    List<Entry> files = walk.files();
    List<String> said = new ArrayList<>(walk.links());
    said.addAll(partitions.said());
    return new SourceFiles(
        root,
        files,
        said,
        walk.underscored(),
        depth(root, tops),
        depth(root, starts),
        RowFilter.of(where, files));
  }

  private static Path ofOne(FileSystem fs, String path, Configuration conf) throws IOException {
    Path qualified = new Path(path).getFileSystem(conf).makeQualified(new Path(path));
    if (!qualified.toUri().resolve("/").equals(fs.makeQualified(new Path("/")).toUri())) {
      throw new IllegalArgumentException(
          "Invalid source.path: %s (must be of one file system, %s, as the first path is)"
              .formatted(path, fs.getUri()));
    }
    return qualified;
  }

  /** The folder that holds both; above folders that tell partition columns. */
  private static Path above(Path one, Path other) {
    Path folder = one;
    while (!within(folder, other)) {
      folder = folder.getParent();
    }
    boolean several = !one.equals(other);
    while (several && folder.getName().indexOf('=') > 0) {
      folder = folder.getParent();
    }
    return folder;
  }

  private static boolean within(Path folder, Path path) {
    for (Path each = path; each != null; each = each.getParent()) {
      if (each.equals(folder)) {
        return true;
      }
    }
    return false;
  }

  /** How far below the root all tops lie, or -1. */
  private static int depth(Path root, List<Path> tops) {
    Set<Integer> depths = new HashSet<>();
    tops.forEach(top -> depths.add(top.depth() - root.depth()));
    return depths.size() == 1 ? depths.iterator().next() : -1;
  }

  /** The same with some of the files only. */
  public SourceFiles with(List<Entry> chosen) {
    return new SourceFiles(root, chosen, links, underscored, depth, matched, filter);
  }

  private static List<Path> matches(FileSystem fs, Path pattern, String source) throws IOException {
    FileStatus[] found = matched(fs, pattern);
    if (found.length == 0) {
      throw new IllegalArgumentException(
          "Invalid source.path: %s (must be a file or folder that exists, or a pattern that matches one)"
              .formatted(source));
    }
    return java.util.Arrays.stream(found).map(FileStatus::getPath).toList();
  }

  /** What a pattern matches; nothing where it is none. */
  public static FileStatus[] matched(FileSystem fs, Path pattern) throws IOException {
    try {
      FileStatus[] found = fs.globStatus(pattern);
      return found == null ? new FileStatus[0] : found;
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).startsWith("Illegal file pattern")) {
        return new FileStatus[0];
      }
      throw e;
    }
  }

  private static Path folder(FileSystem fs, Path path) throws IOException {
    return fs.getFileStatus(path).isFile() ? path.getParent() : path;
  }

  /** The folder above the first name that is a pattern. */
  private static Path fixedPart(Path pattern) {
    Path fixed = pattern;
    for (Path each = pattern; each.getParent() != null; each = each.getParent()) {
      if (each.getName().matches(".*[*?\\[{\\\\].*")) {
        fixed = each.getParent();
      }
    }
    return fixed;
  }

  /** A file below a root; unlike Hadoop's own rule, its name may hold a colon. */
  static Path path(String root, String file) {
    return new Path(root + "/" + file);
  }

  static boolean hidden(String path) {
    for (String name : path.split("/")) {
      if (name.startsWith(".") || name.startsWith("_")) {
        return true;
      }
    }
    return false;
  }
}
