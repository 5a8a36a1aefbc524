package io.millrace.store;

import java.net.URI;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/** The local file system under a scheme of its own. */
abstract class SchemedFiles extends RawLocalFileSystem {
  @Override
  public abstract String getScheme();

  @Override
  public URI getUri() {
    return URI.create(getScheme() + ":///");
  }

  /** Without Hadoop's native library each folder would start a {@code chmod}. */
  @Override
  public void setPermission(Path path, FsPermission permission) {}
}
