package io.millrace.prepare;

import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Keeps a prepared set and its source apart: in one another, a set would be read as a source. */
final class Apart {
  private Apart() {}

  /**
   * Requires that neither path contains the other, wherever links lead. Of a source that is a
   * pattern, that holds for each match.
   *
   * @throws IllegalArgumentException if one does
   */
  static void require(String source, String dataset, Configuration conf) throws IOException {
    URI to = resolved(new Path(dataset), conf);
    for (Path each : matches(new Path(source), conf)) {
      require(source, resolved(each, conf), dataset, to);
    }
  }

  private static void require(String source, URI from, String dataset, URI to) {
    if (contains(from, to)) {
      throw invalid(dataset, "lie in", source, from, to);
    }
    if (contains(to, from)) {
      throw invalid(dataset, "contain", source, from, to);
    }
  }

  private static IllegalArgumentException invalid(
      String dataset, String verb, String source, URI from, URI to) {
    String what = from.equals(to) ? "be" : verb;
    return new IllegalArgumentException(
        "Invalid dataset.path: %s (must not %s source.path, %s)".formatted(dataset, what, source));
  }

  private static boolean contains(URI outer, URI inner) {
    URI folder = URI.create(outer + (outer.toString().endsWith("/") ? "" : "/"));
    return outer.equals(inner) || inner.toString().startsWith(folder.toString());
  }

  /** A path that exists is no pattern, and one that matches nothing is refused elsewhere. */
  private static List<Path> matches(Path path, Configuration conf) throws IOException {
    FileSystem fs = path.getFileSystem(conf);
    FileStatus[] found = fs.exists(path) ? null : fs.globStatus(path);
    return found == null || found.length == 0
        ? List.of(path)
        : Arrays.stream(found).map(FileStatus::getPath).toList();
  }

  /** The place itself; of a path whose end is not there yet, that of what is there goes before. */
  private static URI resolved(Path path, Configuration conf) throws IOException {
    FileSystem fs = path.getFileSystem(conf);
    Path there = fs.makeQualified(path);
    String missing = "";
    while (!fs.exists(there) && there.getParent() != null) {
      missing = "/" + there.getName() + missing;
      there = there.getParent();
    }
    URI uri = there.toUri();
    if (fs.exists(there)) {
      uri =
          uri.getScheme().equals("file")
              ? new Path(java.nio.file.Path.of(uri.getPath()).toRealPath().toUri()).toUri()
              : fs.resolvePath(there).toUri();
    }
    Path whole = new Path(missing.isEmpty() ? new Path(uri) : new Path(uri), "." + missing);
    return fs.makeQualified(whole).toUri().normalize();
  }
}
