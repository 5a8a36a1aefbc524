package io.millrace.store;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.EnumSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Abortable;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.FsServerDefaults;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.Syncable;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/** Another store, of which one call fails, as {@link FailingStore} counts them. */
public final class FailingRemote extends DelegateToFileSystem {
  private static final String TARGET = "failing.target";

  /** Made by Hadoop. */
  public FailingRemote(URI uri, Configuration conf) throws IOException, URISyntaxException {
    super(uri, new Files(), conf, uri.getScheme(), false);
  }

  /**
   * A configuration that knows the store {@code scheme + "fail"} over that of a path. A name that
   * begins as that of S3 lets it be written to as S3 is.
   */
  public static Configuration conf(Configuration target, Path root) {
    Configuration conf = new Configuration(target);
    String scheme = root.toUri().getScheme() + "fail";
    conf.set(TARGET, root.toString());
    conf.set("fs.AbstractFileSystem." + scheme + ".impl", FailingRemote.class.getName());
    conf.set("fs." + scheme + ".impl", Files.class.getName());
    return conf;
  }

  /** The name that a path has there. */
  public static String path(Path path) {
    URI uri = path.toUri();
    return "%sfail://store%s".formatted(uri.getScheme(), uri.getPath());
  }

  @Override
  public int getUriDefaultPort() {
    return -1;
  }

  /** As HDFS renames, in one step, where the store does. */
  @Override
  public void renameInternal(Path from, Path to, boolean overwrite) throws IOException {
    Options.Rename how = overwrite ? Options.Rename.OVERWRITE : Options.Rename.NONE;
    ((Files) fsImpl).move(from, to, how);
  }

  /** Its file system. */
  public static final class Files extends FilterFileSystem {
    private URI uri;

    @Override
    public void initialize(URI name, Configuration conf) throws IOException {
      uri = name;
      setConf(conf);
      fs = FileSystem.get(new Path(conf.get(TARGET)).toUri(), conf);
      statistics = FileSystem.getStatistics(name.getScheme(), Files.class);
    }

    @Override
    public URI getUri() {
      return uri;
    }

    private Path there(Path path) {
      return new Path(fs.getUri().getScheme(), fs.getUri().getAuthority(), path.toUri().getPath());
    }

    private Path called(Path path) throws IOException {
      FailingStore.call();
      return there(path);
    }

    void move(Path from, Path to, Options.Rename how) throws IOException {
      super.rename(called(from), there(to), how);
    }

    @Override
    public Path makeQualified(Path path) {
      return path;
    }

    @Override
    protected void checkPath(Path path) {}

    @Override
    protected FSDataOutputStream primitiveCreate(
        Path path,
        FsPermission permission,
        EnumSet<CreateFlag> flags,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress,
        Options.ChecksumOpt checksum)
        throws IOException {
      Path there = called(path);
      return new FSDataOutputStream(
          new Written(
              super.primitiveCreate(
                  there,
                  permission,
                  flags,
                  bufferSize,
                  replication,
                  blockSize,
                  progress,
                  checksum)),
          null);
    }

    @Override
    public FsServerDefaults getServerDefaults(Path path) throws IOException {
      return super.getServerDefaults(there(path));
    }

    @Override
    public FSDataInputStream open(Path path, int bufferSize) throws IOException {
      return super.open(called(path), bufferSize);
    }

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
      return super.getFileStatus(called(path));
    }

    @Override
    public FileStatus[] listStatus(Path path) throws IOException {
      return super.listStatus(called(path));
    }

    @Override
    public boolean mkdirs(Path path, FsPermission permission) throws IOException {
      return super.mkdirs(called(path), permission);
    }

    @Override
    protected boolean primitiveMkdir(Path path, FsPermission permission) throws IOException {
      return super.mkdirs(called(path), permission);
    }

    @Override
    public boolean delete(Path path, boolean recursive) throws IOException {
      return super.delete(called(path), recursive);
    }
  }

  private static final class Written extends FilterOutputStream
      implements Abortable, StreamCapabilities, Syncable {
    private final FSDataOutputStream to;

    Written(FSDataOutputStream to) {
      super(to);
      this.to = to;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      FailingStore.call();
      to.write(bytes, from, length);
    }

    @Override
    public boolean hasCapability(String capability) {
      return to.hasCapability(capability);
    }

    @Override
    public AbortableResult abort() {
      return to.abort();
    }

    @Override
    public void hflush() throws IOException {
      to.hflush();
    }

    @Override
    public void hsync() throws IOException {
      FailingStore.call();
      to.hsync();
    }

    /** What was heard of the end may be lost on the way. */
    @Override
    public void close() throws IOException {
      to.close();
      FailingStore.call();
    }
  }
}
