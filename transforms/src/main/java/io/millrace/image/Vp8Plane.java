package io.millrace.image;

import java.util.Arrays;

/**
 * One channel of a VP8 frame, with the row above and the columns beside it that the first blocks
 * are predicted from: 127 above, 129 to the left (RFC 6386, section 12). Not thread-safe.
 */
final class Vp8Plane {
  private static final int BORDER = 4;

  final byte[] data;
  final int stride;
  private final int width;
  private final int[] edge = new int[13];

  Vp8Plane(int width, int height) {
    this.width = width;
    stride = width + 2 * BORDER;
    data = new byte[stride * (height + 1)];
    Arrays.fill(data, 0, stride, (byte) 127);
    for (int y = 1; y <= height; y++) {
      data[y * stride + BORDER - 1] = (byte) 129;
    }
  }

  int at(int x, int y) {
    return (y + 1) * stride + BORDER + x;
  }

  /** Predicts a square block by a mode of whole blocks. */
  void predict(int mode, int x, int y, int size) {
    int at = at(x, y);
    switch (mode) {
      case Vp8Modes.VERTICAL -> {
        for (int i = 0; i < size; i++) {
          System.arraycopy(data, at - stride, data, at + i * stride, size);
        }
      }
      case Vp8Modes.HORIZONTAL -> {
        for (int i = 0; i < size; i++) {
          int row = at + i * stride;
          Arrays.fill(data, row, row + size, data[row - 1]);
        }
      }
      case Vp8Modes.TRUE_MOTION -> trueMotion(at, y, size);
      default -> fill(at, size, mean(at, x, y, size));
    }
  }

  private void trueMotion(int at, int y, int size) {
    int corner = corner(at, y);
    for (int i = 0; i < size; i++) {
      int left = data[at + i * stride - 1] & 0xff;
      for (int j = 0; j < size; j++) {
        int value = left + (data[at - stride + j] & 0xff) - corner;
        data[at + i * stride + j] = (byte) Math.max(0, Math.min(255, value));
      }
    }
  }

  /** Above the first row all is 127; before the first column all else is 129. */
  private int corner(int at, int y) {
    return y == 0 ? 127 : data[at - stride - 1] & 0xff;
  }

  private int mean(int at, int x, int y, int size) {
    int sum = 0;
    for (int i = 0; i < size; i++) {
      sum += y > 0 ? data[at - stride + i] & 0xff : 0;
      sum += x > 0 ? data[at + i * stride - 1] & 0xff : 0;
    }
    int count = (y > 0 ? size : 0) + (x > 0 ? size : 0);
    return count == 0 ? 128 : (sum + count / 2) / count;
  }

  private void fill(int at, int size, int value) {
    for (int i = 0; i < size; i++) {
      Arrays.fill(data, at + i * stride, at + i * stride + size, (byte) value);
    }
  }

  /**
   * Predicts a part of 4 x 4. What is above and to the right of a macroblock stands for all of its
   * rows of parts.
   */
  void predictPart(int mode, int x, int y) {
    int at = at(x, y);
    int right = (x & 15) == 12 ? at(x + 4, (y & ~15) - 1) : at - stride + 4;
    boolean beyond = x + 4 >= width && y >= 16;
    int last = at(width - 1, (y & ~15) - 1);
    for (int i = 0; i < 4; i++) {
      edge[i] = data[at + (3 - i) * stride - 1] & 0xff;
      edge[5 + i] = data[at - stride + i] & 0xff;
      edge[9 + i] = data[beyond ? last : right + i] & 0xff;
    }
    edge[4] = corner(at, y);
    switch (mode) {
      case Vp8Modes.DC -> fill(at, 4, partMean());
      case Vp8Modes.TRUE_MOTION -> trueMotion(at, y, 4);
      default -> Vp8Directions.predict(mode, edge, data, at, stride);
    }
  }

  private int partMean() {
    int sum = 4;
    for (int i = 0; i < 4; i++) {
      sum += edge[i] + edge[5 + i];
    }
    return sum >> 3;
  }
}
