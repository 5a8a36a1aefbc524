package io.millrace.image;

/** The five row filters of PNG, undone in place. */
final class PngFilter {
  private PngFilter() {}

  /**
   * Undoes the filter of the row at {@code row}, whose first byte names it; the row before it, also
   * {@code stride} bytes, is undone already.
   */
  static void undo(byte[] raw, int row, int stride, int pixelBytes) {
    int from = row + 1;
    int to = row + stride;
    int first = Math.min(to, from + pixelBytes);
    switch (raw[row]) {
      case 0 -> {}
      case 1 -> {
        for (int i = first; i < to; i++) {
          raw[i] = (byte) (raw[i] + raw[i - pixelBytes]);
        }
      }
      case 2 -> {
        for (int i = from; i < to; i++) {
          raw[i] = (byte) (raw[i] + raw[i - stride]);
        }
      }
      case 3 -> {
        for (int i = from; i < first; i++) {
          raw[i] = (byte) (raw[i] + ((raw[i - stride] & 0xff) >> 1));
        }
        for (int i = first; i < to; i++) {
          int sum = (raw[i - pixelBytes] & 0xff) + (raw[i - stride] & 0xff);
          raw[i] = (byte) (raw[i] + (sum >> 1));
        }
      }
      case 4 -> {
        for (int i = from; i < first; i++) {
          raw[i] = (byte) (raw[i] + raw[i - stride]);
        }
        for (int i = first; i < to; i++) {
          int left = raw[i - pixelBytes] & 0xff;
          int up = raw[i - stride] & 0xff;
          raw[i] = (byte) (raw[i] + paeth(left, up, raw[i - stride - pixelBytes] & 0xff));
        }
      }
      default -> throw new BadImageException("corrupt PNG, filter " + (raw[row] & 0xff));
    }
  }

  /** Of three neighbours the one nearest to left + up - corner. */
  static int paeth(int left, int up, int corner) {
    int toLeft = Math.abs(up - corner);
    int toUp = Math.abs(left - corner);
    int toCorner = Math.abs(left + up - 2 * corner);
    return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
  }
}
