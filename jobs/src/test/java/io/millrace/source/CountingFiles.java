package io.millrace.source;

import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** The local disk under the scheme {@code counted}; it keeps which folders were listed. */
public final class CountingFiles extends RawLocalFileSystem {
  static final Set<String> LISTED = new ConcurrentSkipListSet<>();

  static Configuration conf() {
    Configuration conf = new Configuration();
    conf.set("fs.counted.impl", CountingFiles.class.getName());
    return conf;
  }

  @Override
  public URI getUri() {
    return URI.create("counted:///");
  }

  @Override
  public FileStatus[] listStatus(Path folder) throws IOException {
    LISTED.add(folder.toUri().getPath());
    return Arrays.stream(super.listStatus(folder))
        .map(
            each ->
                new FileStatus(
                    each.getLen(),
                    each.isDirectory(),
                    1,
                    each.getBlockSize(),
                    each.getModificationTime(),
                    each.getPath()))
        .toArray(FileStatus[]::new);
  }
}
