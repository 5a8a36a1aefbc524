package io.millrace.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Abortable;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * A store in a local folder that has the habits of S3A: an object appears when its stream is
 * closed, also one that a failure closes; a rename is a copy after a delete; of two that make the
 * same object at once both succeed.
 */
public final class ObjectStore extends DelegateToFileSystem {
  private static final String SCHEME = "s3test";

  /** Made by Hadoop. */
  public ObjectStore(URI uri, Configuration conf) throws IOException, URISyntaxException {
    super(uri, new Objects(), conf, SCHEME, false);
  }

  /** A configuration that knows the store. */
  public static Configuration conf() {
    Configuration conf = new Configuration();
    conf.set("fs.AbstractFileSystem." + SCHEME + ".impl", ObjectStore.class.getName());
    conf.set("fs." + SCHEME + ".impl", Objects.class.getName());
    return conf;
  }

  /** The store's name of a local folder. */
  public static Path path(java.nio.file.Path folder) {
    return new Path(SCHEME + "://" + folder);
  }

  @Override
  public int getUriDefaultPort() {
    return -1;
  }

  /** Its file system. */
  public static final class Objects extends SchemedFiles {
    @Override
    public String getScheme() {
      return SCHEME;
    }

    @Override
    public FSDataOutputStream create(
        Path path,
        FsPermission permission,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      return new FSDataOutputStream(new Upload(pathToFile(path).toPath()), null);
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
      delete(to, true);
      Files.copy(pathToFile(from).toPath(), pathToFile(to).toPath());
      return delete(from, true);
    }
  }

  private static final class Upload extends ByteArrayOutputStream
      implements Abortable, StreamCapabilities {
    private final java.nio.file.Path target;
    private boolean over;

    Upload(java.nio.file.Path target) {
      this.target = target;
    }

    @Override
    public boolean hasCapability(String capability) {
      return capability.equals(ABORTABLE_STREAM);
    }

    @Override
    public AbortableResult abort() {
      over = true;
      return null;
    }

    /** What is there is replaced in one step, as a PUT does. */
    @Override
    public void close() throws IOException {
      if (!over) {
        over = true;
        Files.createDirectories(target.getParent());
        java.nio.file.Path put = Files.createTempFile(target.getParent(), ".put", "");
        Files.write(put, toByteArray());
        Files.move(put, target, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }
}
