package io.millrace.source;

import io.millrace.dataset.ParquetFiles;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
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
  private static final int MOST_DIMENSIONS = 4;
  private static final long MOST_ROW_BYTES = 1 << 28;
  private static final int BUFFER = 1 << 16;

  /** Deflate packs no more into a byte (Gailly, Adler: zlib's page on its technical details). */
  private static final long MOST_UNPACKED = 1032;

  private final Path path;
  private final DataInputStream in;
  private final int[] shape;
  private long row;

  /**
   * Opens a file and reads its header.
   *
   * @throws BadSourceException if it is no IDX file of unsigned bytes; the message names it
   */
  public IdxFile(Path path, Configuration given) throws IOException {
    this.path = path;
    Configuration conf = ParquetFiles.opening(path, given);
    InputStream raw = new BufferedInputStream(path.getFileSystem(conf).open(path), BUFFER);
    try {
      boolean gzip = isGzip(raw);
      in = new DataInputStream(gzip ? unzipped(raw) : raw);
      int magic = in.readInt();
      if (magic >>> 8 != UNSIGNED_BYTES || (magic & 0xff) < 1 || (magic & 0xff) > MOST_DIMENSIONS) {
        throw damaged("its magic number is %08x (must be 00000801 to 00000804)".formatted(magic));
      }
      shape = new int[magic & 0xff];
      for (int i = 0; i < shape.length; i++) {
        shape[i] = in.readInt();
      }
      requireShape();
      long bytes = path.getFileSystem(conf).getFileStatus(path).getLen();
      if ((long) shape[0] * rowBytes() > bytes * (gzip ? MOST_UNPACKED : 1)) {
        throw damaged("it is cut short");
      }
    } catch (IOException e) {
      raw.close();
      throw damaged(e);
    } catch (RuntimeException e) {
      raw.close();
      throw e;
    }
  }

  /** By its first bytes: names lie where somebody unpacked a file or renamed it. */
  private static boolean isGzip(InputStream in) throws IOException {
    in.mark(2);
    boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return gzip;
  }

  private static InputStream unzipped(InputStream in) throws IOException {
    return new BufferedInputStream(new GZIPInputStream(in, BUFFER), BUFFER);
  }

  private void requireShape() {
    long bytes = 1;
    for (int i = 0; i < shape.length; i++) {
      boolean fits = shape[i] >= (i == 0 ? 0 : 1);
      bytes = i == 0 || !fits ? bytes : Math.min(MOST_ROW_BYTES + 1, bytes * shape[i]);
      if (!fits || bytes > MOST_ROW_BYTES) {
        throw damaged(
            "its dimensions are %s (must be > 0, with rows of %,d bytes at most)"
                .formatted(Arrays.toString(shape), MOST_ROW_BYTES));
      }
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

  /** The next row. Behind the last one gzip's checksum says whether all of them are as written. */
  public byte[] next() throws IOException {
    try {
      byte[] values = new byte[rowBytes()];
      in.readFully(values);
      row++;
      if (row == shape[0]) {
        in.read();
      }
      return values;
    } catch (IOException e) {
      throw damaged(e);
    }
  }

  /**
   * Leaves out the next rows, which are read, as gzip's own way to skip inflates 512 bytes a call.
   */
  public void skip(long rows) throws IOException {
    try {
      byte[] read = new byte[BUFFER];
      for (long left = Math.multiplyExact(rows, (long) rowBytes()); left > 0; ) {
        int next = (int) Math.min(left, BUFFER);
        in.readFully(read, 0, next);
        left -= next;
      }
      row += rows;
    } catch (IOException e) {
      throw damaged(e);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** What is wrong with the bytes is the file's fault; any other failure may pass. */
  private IOException damaged(IOException e) {
    if (e instanceof EOFException || e instanceof ZipException) {
      throw damaged(
          e instanceof EOFException ? "it is cut short" : "it is damaged: " + e.getMessage());
    }
    return e;
  }

  private BadSourceException damaged(String reason) {
    return new BadSourceException("Cannot read IDX file %s: %s".formatted(path, reason), null);
  }
}
