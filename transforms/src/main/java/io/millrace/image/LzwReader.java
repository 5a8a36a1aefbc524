package io.millrace.image;

/**
 * LZW as GIF and TIFF have it: codes that grow from {@code bits + 1} to 12 bits, GIF's with the
 * lowest bit first and in blocks, TIFF's with the highest first and longer by one code earlier.
 * Reads into rows of any length. Not thread-safe.
 */
final class LzwReader {
  private static final int MOST_BITS = 12;
  private static final int CODES = 1 << MOST_BITS;

  private final byte[] data;
  private final int limit;
  private final int clear;
  private final boolean highFirst;
  private final int[] before = new int[CODES];
  private final byte[] last = new byte[CODES];
  private final byte[] pending = new byte[CODES + 1];
  private int left;
  private int at;
  private long register;
  private int count;
  private int size;
  private int next;
  private int old = -1;
  private boolean ended;

  private LzwReader(byte[] data, int at, int limit, int bits, boolean highFirst) {
    this.data = data;
    this.at = at;
    this.limit = limit;
    this.clear = 1 << bits;
    this.highFirst = highFirst;
    for (int i = 0; i < clear; i++) {
      last[i] = (byte) i;
    }
    clear();
  }

  /** The codes of a GIF whose blocks start at {@code from}; they are joined as far as there are. */
  static LzwReader ofGif(ByteReader in, int from, int bits) {
    if (bits < 1 || bits > 8) {
      throw new BadImageException("corrupt GIF, pixels of %d bits".formatted(bits));
    }
    byte[] joined = new byte[in.length() - from];
    int size = 0;
    for (int block = from; block < in.length() && in.u8(block) > 0; block += 1 + in.u8(block)) {
      int part = Math.min(in.u8(block), in.length() - block - 1);
      System.arraycopy(in.data(), in.offset() + block + 1, joined, size, part);
      size += part;
    }
    return new LzwReader(joined, 0, size, bits, false);
  }

  static LzwReader ofTiff(ByteReader in) {
    return new LzwReader(in.data(), in.offset(), in.offset() + in.length(), 8, true);
  }

  private void clear() {
    size = Integer.numberOfTrailingZeros(clear) + 1;
    next = clear + 2;
    old = -1;
  }

  /** Reads up to {@code length} bytes; fewer where the codes end. */
  int read(byte[] out, int from, int length) {
    int done = 0;
    while (done < length && (left > 0 || string())) {
      int part = Math.min(left, length - done);
      for (int i = 0; i < part; i++) {
        out[from + done++] = pending[--left];
      }
    }
    return done;
  }

  /** Takes the next code and lays its string into {@link #pending}, backwards. */
  private boolean string() {
    int code = ended ? -1 : code();
    while (code == clear) {
      clear();
      code = code();
    }
    if (code < 0 || code == clear + 1) {
      ended = true;
      return false;
    }
    if (code > next || code == next && old < 0 || old < 0 && code > clear) {
      throw new BadImageException("corrupt LZW data, unknown code");
    }
    int walk = code;
    if (code == next) { // the string before and its own first byte
      left = 1;
      walk = old;
    }
    while (walk >= clear) {
      pending[left++] = last[walk];
      walk = before[walk];
    }
    pending[left++] = (byte) walk;
    if (code == next) {
      pending[0] = (byte) walk;
    }
    add((byte) walk);
    old = code;
    return true;
  }

  private void add(byte first) {
    if (old < 0 || next == CODES) {
      return;
    }
    before[next] = old;
    last[next] = first;
    next++;
    if (next + (highFirst ? 1 : 0) == 1 << size && size < MOST_BITS) {
      size++;
    }
  }

  private int code() {
    while (count < size) {
      if (at == limit) {
        return -1;
      }
      long value = data[at++] & 0xff;
      register = highFirst ? register << 8 | value : register | value << count;
      count += 8;
    }
    count -= size;
    int mask = (1 << size) - 1;
    if (highFirst) {
      return (int) (register >> count) & mask;
    }
    int code = (int) register & mask;
    register >>>= size;
    return code;
  }
}
