package io.millrace.image;

/**
 * A prefix code of lossless WebP, of up to 15 bits, the first bit of a code lowest. Codes of up to
 * 8 bits are looked up: an entry is the symbol, shifted by 4, and the length; 0 stands for a longer
 * code. A code of one symbol takes no bits.
 */
final class PrefixCode {
  private static final int MOST_BITS = 15;
  private static final int PEEK = 8;

  private final int[] symbols;
  private final int[] entries;

  /** First code that is longer than this many bits, as 15 bits. */
  private final int[] limit = new int[MOST_BITS + 1];

  /** What to add to a code of this many bits for its place in the symbols. */
  private final int[] shift = new int[MOST_BITS + 1];

  /**
   * The code whose symbols have the given lengths, 0 for those that are not in it.
   *
   * @throws BadImageException if the lengths make no whole code
   */
  static PrefixCode of(int[] lengths, int size) {
    int[] counts = new int[MOST_BITS + 1];
    for (int i = 0; i < size; i++) {
      counts[lengths[i]]++;
    }
    return new PrefixCode(lengths, size, counts);
  }

  private PrefixCode(int[] lengths, int size, int[] counts) {
    symbols = new int[size - counts[0]];
    entries = new int[symbols.length == 1 ? 1 : 1 << PEEK];
    int code = 0;
    int total = 0;
    int[] next = new int[MOST_BITS + 1];
    for (int length = 1; length <= MOST_BITS; length++) {
      next[length] = total;
      shift[length] = total - code;
      total += counts[length];
      code += counts[length];
      limit[length] = code << MOST_BITS - length;
      code <<= 1;
    }
    if (symbols.length != 1 && code != 1 << MOST_BITS + 1) {
      throw new BadImageException("corrupt WebP, bad prefix code");
    }
    for (int i = 0; i < size; i++) {
      if (lengths[i] > 0) {
        int place = next[lengths[i]]++;
        symbols[place] = i;
        fill(i, lengths[i], place - shift[lengths[i]]);
      }
    }
  }

  private void fill(int symbol, int length, int code) {
    if (length <= PEEK && symbols.length > 1) {
      int first = Integer.reverse(code) >>> 32 - length;
      for (int i = first; i < entries.length; i += 1 << length) {
        entries[i] = symbol << 4 | length;
      }
    }
  }

  /** Numbers that are held. */
  int numbers() {
    return symbols.length + entries.length + 2 * MOST_BITS;
  }

  int read(Vp8lBits in) {
    if (symbols.length == 1) {
      return symbols[0];
    }
    int bits = in.peek();
    int entry = entries[bits & entries.length - 1];
    if (entry != 0) {
      in.drop(entry & 15);
      return entry >> 4;
    }
    int code = Integer.reverse(bits) >>> 32 - MOST_BITS;
    int length = PEEK + 1;
    while (code >= limit[length]) {
      length++;
    }
    in.drop(length);
    return symbols[(code >> MOST_BITS - length) + shift[length]];
  }
}
