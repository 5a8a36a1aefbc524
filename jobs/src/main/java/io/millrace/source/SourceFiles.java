package io.millrace.source;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files of a source, in order of their paths; hidden ones are left out.
 *
 * @param root folder that the paths are relative to
 * @param files every file below it, or the one file that the source is
 */
public record SourceFiles(Path root, List<Entry> files) {
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
  }

  public static SourceFiles list(String source, Configuration conf) throws IOException {
    Path root = new Path(source);
    FileSystem fs = root.getFileSystem(conf);
    root = fs.makeQualified(root);
    List<Entry> files = new ArrayList<>();
    try {
      var status = fs.getFileStatus(root);
      if (status.isFile()) {
        var entry = new Entry(root.getName(), status.getLen(), status.getModificationTime());
        return new SourceFiles(root.getParent(), List.of(entry));
      }
      var found = fs.listFiles(root, true);
      while (found.hasNext()) {
        var file = found.next();
        String path = root.toUri().relativize(file.getPath().toUri()).getPath();
        if (!hidden(path)) {
          files.add(new Entry(path, file.getLen(), file.getModificationTime()));
        }
      }
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException(
          "Invalid source.path: %s (must be a file or folder that exists)".formatted(source), e);
    }
    files.sort(Comparator.comparing(Entry::path));
    return new SourceFiles(root, files);
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
