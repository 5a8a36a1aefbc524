package io.millrace.prepare;

import io.millrace.source.SourceFiles;
import io.millrace.store.RealPath;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Keeps what is written and its source apart: in one another, it would be read as a source. */
public final class Apart {
  private Apart() {}

  /** The same of a prepared set. */
  static void require(String source, String dataset, Configuration conf) throws IOException {
    require(source, "dataset.path", dataset, conf);
  }

  /**
   * Requires that neither path contains the other, wherever links lead. Of a source that is a
   * pattern, that holds for each match.
   *
   * @param key of what is written
   * @param path where it is written
   * @throws IllegalArgumentException if one does
   */
  public static void require(String source, String key, String path, Configuration conf)
      throws IOException {
    URI to = RealPath.of(new Path(path), conf);
    for (Path each : matches(new Path(source), conf)) {
      URI from = RealPath.of(each, conf);
      boolean inside = contains(from, to);
      if (inside || contains(to, from)) {
        throw new IllegalArgumentException(
            "Invalid %s: %s (must not %s source.path, %s)"
                .formatted(
                    key, path, from.equals(to) ? "be" : inside ? "lie in" : "contain", source));
      }
    }
  }

  private static boolean contains(URI outer, URI inner) {
    URI folder = URI.create(outer + (outer.toString().endsWith("/") ? "" : "/"));
    return outer.equals(inner) || inner.toString().startsWith(folder.toString());
  }

  /** A path that exists is no pattern, and one that matches nothing is refused elsewhere. */
  private static List<Path> matches(Path path, Configuration conf) throws IOException {
    FileSystem fs = path.getFileSystem(conf);
    FileStatus[] found = fs.exists(path) ? null : SourceFiles.matched(fs, path);
    return found == null || found.length == 0
        ? List.of(path)
        : Arrays.stream(found).map(FileStatus::getPath).toList();
  }
}
