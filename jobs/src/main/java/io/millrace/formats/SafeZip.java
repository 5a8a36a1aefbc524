package io.millrace.formats;

import io.millrace.store.WrongInputException;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * The entries of a zip file of which nothing is trusted. Only what is asked for is inflated, and
 * never beyond the size that the directory at the end of the file gives it, which is capped before:
 * at a number of bytes, and beyond 64 MiB at a multiple of what it takes in the file.
 */
final class SafeZip {
  private static final long ALWAYS_ALLOWED_BYTES = 64L << 20;
  private static final int MAX_INFLATION = 16;
  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int LOCAL_BYTES = 30;
  private static final int LOCAL_NAME_AT = 26;

  /** Reads an entry. */
  interface Reader<T> {
    T read(InputStream in) throws IOException;
  }

  private final GivenFile file;
  private final Map<String, ZipDirectory.Entry> entries;

  private SafeZip(GivenFile file, Map<String, ZipDirectory.Entry> entries) {
    this.file = file;
    this.entries = entries;
  }

  /**
   * Reads the directory of a file.
   *
   * @throws WrongInputException with the reason if it is no zip file, or a hostile one
   */
  static SafeZip open(GivenFile file) throws IOException {
    Map<String, ZipDirectory.Entry> entries = new LinkedHashMap<>();
    for (ZipDirectory.Entry entry : ZipDirectory.of(file)) {
      if (entries.put(entry.name(), entry) != null) {
        throw new WrongInputException("it has the entry " + Words.line(entry.name()) + " twice");
      }
    }
    return new SafeZip(file, entries);
  }

  /** The names of the entries in the order of the directory. */
  Set<String> names() {
    return entries.keySet();
  }

  /** Bytes of an entry, inflated, as the directory says. */
  long size(String name) {
    return entries.get(name).size();
  }

  /** All bytes of an entry of at most {@code max}. */
  byte[] bytes(String name, int max) throws IOException {
    if (size(name) > max) {
      throw new WrongInputException("%s is larger than %d MiB".formatted(name, max >> 20));
    }
    return read(name, in -> in.readNBytes((int) size(name)));
  }

  /**
   * Reads an entry, which the reader has to read to its end.
   *
   * @throws WrongInputException with the reason if it is not what the directory says
   */
  <T> T read(String name, Reader<T> reader) throws IOException {
    ZipDirectory.Entry entry = entries.get(name);
    long most = Math.max(ALWAYS_ALLOWED_BYTES, MAX_INFLATION * entry.compressed());
    if (entry.size() > most) {
      throw new WrongInputException(
          "%s inflates to %d bytes (must be <= %d)".formatted(name, entry.size(), most));
    }
    try (InputStream in = file.open()) {
      in.skipNBytes(entry.offset());
      header(in, entry);
      Inflater inflater = new Inflater(true);
      try {
        InputStream stored = new Bounded(in, entry.compressed());
        InputStream plain =
            entry.isDeflated() ? new InflaterInputStream(stored, inflater, 1 << 16) : stored;
        CheckedInputStream checked =
            new CheckedInputStream(new Bounded(plain, entry.size()), new CRC32());
        T result = reader.read(checked);
        if (checked.read() >= 0) {
          throw new WrongInputException(name + " is longer than what it holds");
        }
        if (plain.read() >= 0) {
          throw new WrongInputException(
              "%s inflates to more than the %d bytes that it claims".formatted(name, entry.size()));
        }
        if (checked.getChecksum().getValue() != entry.crc()) {
          throw new WrongInputException(name + " is damaged: its checksum is another");
        }
        return result;
      } finally {
        inflater.end();
      }
    } catch (EOFException e) {
      throw e.getMessage() == null || e.getMessage().startsWith("Unexpected end")
          ? new WrongInputException(name + " ends too early", e)
          : e;
    }
  }

  /** Passes over the header in front of an entry's data, which has to name the same entry. */
  private static void header(InputStream in, ZipDirectory.Entry entry) throws IOException {
    var header = ZipDirectory.little(in.readNBytes(LOCAL_BYTES));
    if (header.remaining() < LOCAL_BYTES || header.getInt(0) != LOCAL_SIGNATURE) {
      throw new WrongInputException(entry.name() + " is not where the directory says");
    }
    int name = header.getShort(LOCAL_NAME_AT) & 0xffff;
    int extra = header.getShort(LOCAL_NAME_AT + 2) & 0xffff;
    if (!ZipDirectory.text(in.readNBytes(name)).equals(entry.name())) {
      throw new WrongInputException(entry.name() + " has another name than in the directory");
    }
    in.skipNBytes(extra);
  }

  /** The first bytes of a stream. */
  private static final class Bounded extends FilterInputStream {
    private long left;

    Bounded(InputStream in, long bytes) {
      super(in);
      this.left = bytes;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int at, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int n = super.read(to, at, (int) Math.min(left, length));
      left -= Math.max(n, 0);
      return n;
    }

    @Override
    public long skip(long n) throws IOException {
      long skipped = super.skip(Math.min(left, n));
      left -= skipped;
      return skipped;
    }
  }
}
