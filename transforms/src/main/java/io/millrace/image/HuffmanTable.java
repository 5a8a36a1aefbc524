package io.millrace.image;

import java.util.Arrays;

/**
 * A Huffman table of JPEG. An entry for the next 10 bits holds the length of the code in bits 0 to
 * 4, the size of the number behind it in bits 5 to 8 and the run of zeros in bits 9 to 12; where
 * the number fits into the 10 bits too, {@link #WHOLE} is set, the length covers both and bits 16
 * to 31 are the number. 0 stands for a longer code.
 */
final class HuffmanTable {
  static final int PEEK = 10;
  static final int WHOLE = 1 << 13;

  final int[] entries = new int[1 << PEEK];
  private final int[] symbols = new int[256];

  /** First code that is longer than this many bits, as 16 bits. */
  private final int[] limit = new int[17];

  /** What to add to a code of this many bits for its place in the symbols. */
  private final int[] shift = new int[17];

  /** Defines the table by the 16 counts at {@code at} and the symbols behind; returns its size. */
  int define(ByteReader in, int at, int maxSymbol) {
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
    return 16 + total;
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

  /** The entry of a code longer than 10 bits, from the next 16 bits. */
  int longer(int bits) {
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
