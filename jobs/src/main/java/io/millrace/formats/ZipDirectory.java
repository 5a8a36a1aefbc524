package io.millrace.formats;

import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The directory at the end of a zip file: names, sizes and places of its entries, checked before
 * any of them is looked at. Entries may not overlap, lie outside of the file, be encrypted, or have
 * a name that leads out of a folder; none of them is ever written anywhere. Format: PKWARE's
 * APPNOTE.TXT, sections 4.3.12 and 4.3.16. Its extension for files of 4 GiB and more is refused.
 */
final class ZipDirectory {
  /** Most entries of a model; one of DL4J's has five. */
  static final int MAX_ENTRIES = 64;

  private static final int END_SIGNATURE = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int ENTRY_SIGNATURE = 0x02014b50;
  private static final int ENTRY_BYTES = 46;
  private static final int LOCAL_BYTES = 30;
  private static final int MAX_COMMENT = 0xffff;
  private static final int MAX_NAME = 256;
  private static final int MAX_BYTES = 1 << 20;

  /**
   * An entry.
   *
   * @param crc CRC-32 of its content
   * @param compressed bytes in the file
   * @param size bytes of its content
   * @param offset of its own header in the file
   */
  record Entry(
      String name, boolean isDeflated, long crc, long compressed, long size, long offset) {}

  private ZipDirectory() {}

  /**
   * The entries of a file.
   *
   * @throws WrongInputException with the reason if it is no zip file, or one that cannot be trusted
   */
  static List<Entry> of(GivenFile file) throws IOException {
    int tail = (int) Math.min(file.size(), END_BYTES + MAX_COMMENT);
    ByteBuffer end = end(bytes(file, file.size() - tail, tail));
    int count = end.getShort(10) & 0xffff;
    long bytes = end.getInt(12) & 0xffffffffL;
    long offset = end.getInt(16) & 0xffffffffL;
    if (count > MAX_ENTRIES) {
      throw new WrongInputException("it has more than " + MAX_ENTRIES + " entries");
    }
    boolean onePart = end.getInt(4) == 0 && end.getShort(8) == end.getShort(10);
    if (!onePart || bytes > MAX_BYTES || offset + bytes > file.size()) {
      throw new WrongInputException(
          "it is no zip file in one part below 4 GiB: its directory is not where it should be");
    }
    List<Entry> entries = entries(bytes(file, offset, (int) bytes), count);
    requireApart(entries, offset);
    return entries;
  }

  private static ByteBuffer bytes(GivenFile file, long at, int length) throws IOException {
    try (InputStream in = file.open()) {
      in.skipNBytes(at);
      byte[] bytes = in.readNBytes(length);
      if (bytes.length < length) {
        throw new WrongInputException("it ends too early");
      }
      return little(bytes);
    }
  }

  private static ByteBuffer end(ByteBuffer tail) throws IOException {
    for (int at = tail.limit() - END_BYTES; at >= 0; at--) {
      boolean found =
          tail.getInt(at) == END_SIGNATURE
              && (tail.getShort(at + 20) & 0xffff) == tail.limit() - at - END_BYTES;
      if (found) {
        return tail.position(at).slice().order(ByteOrder.LITTLE_ENDIAN);
      }
    }
    throw new WrongInputException("it is no zip file, or cut: it has no directory at its end");
  }

  private static List<Entry> entries(ByteBuffer bytes, int count) throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int at = bytes.position();
      require(bytes.remaining() >= ENTRY_BYTES && bytes.getInt(at) == ENTRY_SIGNATURE);
      int name = bytes.getShort(at + 28) & 0xffff;
      int behind = (bytes.getShort(at + 30) & 0xffff) + (bytes.getShort(at + 32) & 0xffff);
      require(bytes.remaining() >= ENTRY_BYTES + name + behind);
      byte[] text = new byte[name];
      bytes.position(at + ENTRY_BYTES).get(text);
      entries.add(entry(bytes, at, text(text)));
      bytes.position(at + ENTRY_BYTES + name + behind);
    }
    require(!bytes.hasRemaining());
    return entries;
  }

  private static Entry entry(ByteBuffer bytes, int at, String name) throws IOException {
    boolean leads =
        name.isEmpty()
            || name.length() > MAX_NAME
            || name.startsWith("/")
            || name.matches("(?s).*(\\\\|:|\\p{Cntrl}).*")
            || List.of(name.split("/")).contains("..");
    if (leads) {
      throw new WrongInputException(
          "it has an entry called %s (must be a plain name)".formatted(Words.line(name)));
    }
    int method = bytes.getShort(at + 10);
    boolean encrypted = (bytes.getShort(at + 8) & 1) != 0;
    if (encrypted || method != 0 && method != 8) {
      throw new WrongInputException(name + " is encrypted, or compressed in a way unknown here");
    }
    Entry entry =
        new Entry(
            name,
            method == 8,
            bytes.getInt(at + 16) & 0xffffffffL,
            bytes.getInt(at + 20) & 0xffffffffL,
            bytes.getInt(at + 24) & 0xffffffffL,
            bytes.getInt(at + 42) & 0xffffffffL);
    if (method == 0 && entry.size != entry.compressed) {
      throw new WrongInputException(name + " is stored with another size than its own");
    }
    return entry;
  }

  private static void requireApart(List<Entry> entries, long directory) throws IOException {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparingLong(Entry::offset));
    for (int i = 0; i < sorted.size(); i++) {
      Entry entry = sorted.get(i);
      long next = i + 1 < sorted.size() ? sorted.get(i + 1).offset : directory;
      if (entry.offset + LOCAL_BYTES + entry.compressed > next) {
        throw new WrongInputException(entry.name + " runs into what lies behind it");
      }
    }
  }

  private static void require(boolean right) throws IOException {
    if (!right) {
      throw new WrongInputException("its directory is damaged");
    }
  }

  static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
