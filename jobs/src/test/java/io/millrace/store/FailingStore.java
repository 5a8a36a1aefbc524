package io.millrace.store;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/** A store in a local folder, of which one call fails: which one is counted from {@link #fail}. */
public final class FailingStore extends DelegateToFileSystem {
  private static final String SCHEME = "failing";
  private static final AtomicInteger LEFT = new AtomicInteger(Integer.MAX_VALUE);
  private static final AtomicInteger GOOD = new AtomicInteger(Integer.MAX_VALUE);

  /** Made by Hadoop. */
  public FailingStore(URI uri, Configuration conf) throws IOException, URISyntaxException {
    super(uri, new Files(), conf, SCHEME, false);
  }

  /** A configuration that knows the store. */
  public static Configuration conf() {
    Configuration conf = new Configuration();
    conf.set("fs.AbstractFileSystem." + SCHEME + ".impl", FailingStore.class.getName());
    conf.set("fs." + SCHEME + ".impl", Files.class.getName());
    return conf;
  }

  /** The store's name of a local folder. */
  public static String path(java.nio.file.Path folder) {
    return SCHEME + "://" + folder;
  }

  /** Lets the call after so many fail, and none after it. */
  public static void fail(int after) {
    LEFT.set(after);
  }

  /** Lets the write after so many write something else without a word. */
  public static void garble(int after) {
    GOOD.set(after);
  }

  /** Lets no call fail; whether none has. */
  public static boolean isUnhurt() {
    boolean heard = LEFT.getAndSet(Integer.MAX_VALUE) >= 0;
    return GOOD.getAndSet(Integer.MAX_VALUE) >= 0 && heard;
  }

  static void call() throws IOException {
    if (LEFT.getAndDecrement() == 0) {
      throw new IOException("No space left on device");
    }
  }

  @Override
  public int getUriDefaultPort() {
    return -1;
  }

  @Override
  public void renameInternal(Path from, Path to, boolean overwrite) throws IOException {
    call();
    java.nio.file.Files.move(
        java.nio.file.Path.of(from.toUri().getPath()),
        java.nio.file.Path.of(to.toUri().getPath()),
        java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  /** Its file system. */
  public static final class Files extends SchemedFiles {
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
      call();
      OutputStream out =
          super.create(path, overwrite, bufferSize, replication, blockSize, progress);
      return new FSDataOutputStream(new Written(out), null);
    }

    @Override
    public FSDataInputStream open(Path path, int bufferSize) throws IOException {
      call();
      return super.open(path, bufferSize);
    }

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
      call();
      return super.getFileStatus(path);
    }

    @Override
    public FileStatus[] listStatus(Path path) throws IOException {
      call();
      return super.listStatus(path);
    }

    @Override
    public boolean mkdirs(Path path) throws IOException {
      call();
      return super.mkdirs(path);
    }

    @Override
    public boolean delete(Path path, boolean recursive) throws IOException {
      call();
      return super.delete(path, recursive);
    }
  }

  private static final class Written extends FilterOutputStream {
    Written(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      call();
      byte[] written = bytes.clone();
      if (length > 0 && GOOD.getAndDecrement() == 0) {
        written[from] ^= 1;
      }
      out.write(written, from, length);
    }

    @Override
    public void close() throws IOException {
      out.close();
      call();
    }
  }
}
