package io.millrace.image;

/** Runs of equal pixels, and pixels as they are, as BMP has them of 4 and 8 bits. */
final class BmpRuns {
  private final ByteReader in;
  private final boolean nibbles;
  private final int width;
  private final int height;
  private final byte[] out;
  private int at;
  private int x;
  private int y;

  private BmpRuns(ByteReader in, int from, int width, int height, boolean nibbles) {
    this.in = in;
    this.at = from;
    this.width = width;
    this.height = height;
    this.nibbles = nibbles;
    this.out = new byte[width * height];
  }

  /**
   * Colour numbers of all pixels, [height, width], rows in the file's order; those that are stepped
   * over are 0.
   *
   * @throws BadImageException if the runs end before the last row
   */
  static byte[] read(ByteReader in, int from, int width, int height, boolean nibbles) {
    BmpRuns runs = new BmpRuns(in, from, width, height, nibbles);
    while (runs.y < height - 1 || runs.y == height - 1 && runs.x < width) {
      if (runs.at + 2 > in.length() || !runs.next()) {
        throw new BadImageException("corrupt BMP, too little pixel data");
      }
    }
    return runs.out;
  }

  private boolean next() {
    int count = in.u8(at);
    int value = in.u8(at + 1);
    at += 2;
    if (count > 0) {
      for (int i = 0; i < count; i++) {
        put(nibbles ? (i & 1) == 0 ? value >> 4 : value & 15 : value);
      }
      return true;
    }
    switch (value) {
      case 0 -> {
        x = 0;
        y++;
      }
      case 1 -> {
        return false;
      }
      case 2 -> {
        x = Math.min(width, x + in.u8(at));
        y = Math.min(height, y + in.u8(at + 1));
        at += 2;
      }
      default -> literal(value);
    }
    return true;
  }

  private void literal(int count) {
    for (int i = 0; i < count; i++) {
      int value = in.u8(at + (nibbles ? i / 2 : i));
      put(nibbles ? (i & 1) == 0 ? value >> 4 : value & 15 : value);
    }
    int bytes = nibbles ? (count + 1) / 2 : count;
    at += bytes + (bytes & 1);
  }

  private void put(int value) {
    if (x < width && y < height) {
      out[y * width + x] = (byte) value;
    }
    x++;
  }
}
