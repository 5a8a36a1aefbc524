package io.millrace.store;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Where a path leads, so that two names of one place are told to be one. */
public final class RealPath {
  private RealPath() {}

  /** The place itself; of a path whose end is not there yet, that of what is there goes before. */
  public static URI of(Path path, Configuration conf) throws IOException {
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
