package io.millrace.image;

import java.util.Arrays;

/**
 * A Huffman table of JPEG. An entry for the next 10 bits holds the length of the code in bits 0 to
 * 4, the size of the number behind it in bits 5 to 8 and the run of zeros in bits 9 to 12; where
 * the number fits into the 10 bits too, {@link #WHOLE} is set, the length covers both and bits 16
 * to 31 are the number. 0 stands for a longer code.
 *
 * <p>A stride says how far all whole codes go that the next 12 bits hold: their length in bits 0 to
 * 5, {@link #LAST} if they end the block, and the coefficients they cover from bit 8. 0 stands for
 * no whole code.
 */
final class HuffmanTable {
  static final int PEEK = 10;
  static final int WHOLE = 1 << 13;
  static final int STRIDE = 12;
  static final int LAST = 1 << 6;

  private final int[] entries = new int[1 << PEEK];
  private final int[] strides = new int[1 << STRIDE];
  private boolean strode;

  /** What the table was made of: most files hold the same tables. */
  private byte[] definition = new byte[0];

  private final int[] symbols = new int[256];

  /** First code that is longer than this many bits, as 16 bits. */
  private final int[] limit = new int[17];

  /** What to add to a code of this many bits for its place in the symbols. */
  private final int[] shift = new int[17];

  /** Defines the table by the 16 counts at {@code at} and the symbols behind; returns its size. */
  int define(ByteReader in, int at, int maxSymbol) {
    if (definition.length > 0 && in.holds(definition, at)) {
      return definition.length;
    }
    definition = new byte[0];
    strode = false;
    Arrays.fill(entries, 0);
    int code = 0;
    int total = 0;
    for (int length = 1; length <= 16; length++) {
      int count = in.u8(at + length - 1);
      shift[length] = total - code;
      if (total + count > 256 || code + count > 1 << length) {
        throw new BadImageException("corrupt JPEG, bad Huffman table");
      }
      for (int i = 0; i < count; i++) {
        symbols[total] = in.u8(at + 16 + total);
        if (symbols[total] > maxSymbol) {
          throw new BadImageException("corrupt JPEG, bad Huffman table");
        }
        if (length <= PEEK) {
          fill(code, length, symbols[total]);
        }
        code++;
        total++;
      }
      limit[length] = code << (16 - length);
      code <<= 1;
    }
    definition = in.bytes(at, 16 + total);
    return definition.length;
  }

  private void fill(int code, int length, int symbol) {
    int free = PEEK - length;
    int size = symbol & 15;
    int plain = length | size << 5 | (symbol >> 4) << 9;
    for (int rest = 0; rest < 1 << free; rest++) {
      int entry = plain;
      if (size > 0 && size <= free) {
        int value = extend(rest >> (free - size), size);
        entry = plain + size | WHOLE | value << 16;
      }
      entries[code << free | rest] = entry;
    }
  }

  /** The entry of the code that the bits start with. */
  int entry(long bits) {
    int entry = entries[(int) (bits >>> (64 - PEEK))];
    return entry != 0 ? entry : longer((int) (bits >>> 48));
  }

  /** The stride of a single code. */
  int step(long bits) {
    int entry = entry(bits);
    int length = entry & 31;
    int size = entry >> 5 & 15;
    int run = entry >> 9 & 15;
    if (size == 0 && run != 15) {
      return length | LAST;
    }
    int whole = (entry & WHOLE) != 0 ? length : length + size;
    return whole | (run + 1) << 8;
  }

  /** The strides of all beginnings. */
  int[] strides() {
    for (int start = 0; !strode && start < strides.length; start++) {
      strides[start] = stride((long) start << (64 - STRIDE));
    }
    strode = true;
    return strides;
  }

  private int stride(long bits) {
    int length = 0;
    int covered = 0;
    while (length < STRIDE && entries[(int) (bits << length >>> (64 - PEEK))] != 0) {
      int step = step(bits << length);
      if (length + (step & 63) > STRIDE) {
        break;
      }
      length += step & 63;
      covered += step >> 8;
      if ((step & LAST) != 0) {
        return length | LAST | covered << 8;
      }
    }
    return length | covered << 8;
  }

  /** The entry of a code longer than 10 bits, from the next 16 bits. */
  private int longer(int bits) {
    for (int length = PEEK + 1; length <= 16; length++) {
      if (bits < limit[length]) {
        int symbol = symbols[(bits >> (16 - length)) + shift[length] & 255];
        return length | (symbol & 15) << 5 | (symbol >> 4) << 9;
      }
    }
    throw new BadImageException("corrupt JPEG, unknown code");
  }

  /** The number behind a code: the lower half of {@code size} bits stands for negative ones. */
  static int extend(int bits, int size) {
    return bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
  }
}
