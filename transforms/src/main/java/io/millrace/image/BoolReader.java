package io.millrace.image;

/**
 * The arithmetic decoder of VP8: bits of a given probability (RFC 6386, section 7, in libwebp's
 * form, which notices where the data ends). Not thread-safe.
 */
final class BoolReader {
  private final byte[] data;
  private final int end;
  private int at;
  private int range = 254;
  private int value;
  private int bits = -8;
  private boolean ended;

  /** Reads {@code size} bytes from {@code from} on. */
  BoolReader(ByteReader in, int from, int size) {
    ByteReader part = in.slice(from, size);
    data = part.data();
    at = part.offset();
    end = part.offset() + size;
  }

  /** A bit that is 0 with probability {@code zero / 256}. */
  int bit(int zero) {
    if (bits < 0) {
      load();
    }
    int split = range * zero >> 8;
    int bit = value >>> bits > split ? 1 : 0;
    if (bit == 1) {
      range -= split;
      value -= (split + 1) << bits;
    } else {
      range = split + 1;
    }
    int shift = Integer.numberOfLeadingZeros(range) - 24;
    range = (range << shift) - 1;
    bits -= shift;
    return bit;
  }

  private void load() {
    ended |= at >= end;
    value = value << 8 | (at < end ? data[at++] & 0xff : 0);
    bits += 8;
  }

  boolean flag() {
    return bit(128) == 1;
  }

  /** A number of {@code size} bits, the highest first. */
  int number(int size) {
    int number = 0;
    for (int i = 0; i < size; i++) {
      number = number << 1 | bit(128);
    }
    return number;
  }

  /** A number and its sign. */
  int signed(int size) {
    int number = number(size);
    return flag() ? -number : number;
  }

  /** A number and its sign if a flag says that there is one, else 0. */
  int optional(int size) {
    return flag() ? signed(size) : 0;
  }

  /** Whether more was read than there is. */
  boolean ended() {
    return ended;
  }
}
