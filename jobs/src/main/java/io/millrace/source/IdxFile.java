package io.millrace.source;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * An IDX file of unsigned bytes, gzipped or not: a magic number whose last byte is the count of
 * dimensions, the dimensions, then the values, row by row (LeCun, Cortes, Burges: the MNIST page).
 */
public final class IdxFile implements AutoCloseable {
  private static final int UNSIGNED_BYTES = 8;

  private final Path path;
  private final DataInputStream in;
  private final int[] shape;

  /** Opens a file and reads its header; an unreadable one is named in the message. */
  public IdxFile(Path path, Configuration conf) throws IOException {
    this.path = path;
    InputStream raw = path.getFileSystem(conf).open(path);
    try {
      InputStream bytes = path.getName().endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw;
      in = new DataInputStream(new BufferedInputStream(bytes, 1 << 16));
      int magic = in.readInt();
      if (magic >>> 8 != UNSIGNED_BYTES || (magic & 0xff) < 1) {
        throw new IOException("its magic number is %08x".formatted(magic));
      }
      shape = new int[magic & 0xff];
      for (int i = 0; i < shape.length; i++) {
        shape[i] = in.readInt();
      }
    } catch (IOException e) {
      raw.close();
      throw damaged(e);
    }
  }

  /** The dimensions; the first counts the rows. */
  public int[] shape() {
    return shape.clone();
  }

  /** Bytes of one row. */
  public int rowBytes() {
    int bytes = 1;
    for (int i = 1; i < shape.length; i++) {
      bytes = Math.multiplyExact(bytes, shape[i]);
    }
    return bytes;
  }

  /** The next row. */
  public byte[] next() throws IOException {
    try {
      byte[] row = new byte[rowBytes()];
      in.readFully(row);
      return row;
    } catch (EOFException | ZipException e) {
      throw damaged(e);
    }
  }

  /** Leaves out the next rows. */
  public void skip(long rows) throws IOException {
    try {
      in.skipNBytes(Math.multiplyExact(rows, (long) rowBytes()));
    } catch (EOFException | ZipException e) {
      throw damaged(e);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private IOException damaged(IOException e) {
    String reason = e instanceof EOFException ? "it is cut short" : e.getMessage();
    return new IOException("Cannot read IDX file %s: %s".formatted(path, reason), e);
  }
}
