package io.millrace.source;

import java.io.IOException;
import java.util.List;
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
 * @param links links that were not followed and why, a line each
 * @param underscored paths that are left out for a name that begins with _
 */
public record SourceFiles(
    Path root, List<Entry> files, List<String> links, List<String> underscored) {
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

  /**
   * Lists a file, a folder, or all that a pattern such as {@code lake/*}{@code /part-*} matches; a
   * path that exists is no pattern.
   *
   * @throws IllegalArgumentException if nothing is there, or it is a table with a log of its own
   */
  public static SourceFiles list(String source, Configuration conf) throws IOException {
    Path path = new Path(source);
    FileSystem fs = path.getFileSystem(conf);
    path = fs.makeQualified(path);
    List<Path> starts = fs.exists(path) ? List.of(path) : matches(fs, path, source);
    Path root = starts.get(0).equals(path) ? folder(fs, path) : fixedPart(path);
    TableFormat.refuseAround(source, root, fs);
    var walk = new SourceWalk(fs, root, source);
    for (Path start : starts) {
      if (fs instanceof LocalFileSystem local) {
        walk.local(local.pathToFile(start).toPath());
      } else {
        walk.remote(start);
      }
    }
    return walk.found();
  }

  /** The same with some of the files only. */
  public SourceFiles with(List<Entry> chosen) {
    return new SourceFiles(root, chosen, links, underscored);
  }

  private static List<Path> matches(FileSystem fs, Path pattern, String source) throws IOException {
    FileStatus[] found = null;
    IOException problem = null;
    try {
      found = fs.globStatus(pattern);
    } catch (IOException e) {
      problem = e;
    }
    if (problem != null
        && !String.valueOf(problem.getMessage()).startsWith("Illegal file pattern")) {
      throw problem;
    }
    if (found == null || found.length == 0) {
      throw new IllegalArgumentException(
          "Invalid source.path: %s (must be a file or folder that exists, or a pattern that matches one)"
              .formatted(source),
          problem);
    }
    return java.util.Arrays.stream(found).map(FileStatus::getPath).toList();
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
