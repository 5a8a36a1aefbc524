package io.millrace.image;

import java.util.function.IntUnaryOperator;

/**
 * What becomes of the levels of each channel, wherever they are: a table of 256 for each. Tables
 * one after the other are one table, and the last one of a pipeline is part of its normalising, so
 * that an operation of this kind touches no pixel of its own. Not thread-safe.
 */
final class LevelTable {
  static final int LEVELS = 256;

  private final byte[][] tables;
  private boolean identity;

  LevelTable(int channels) {
    tables = new byte[channels][LEVELS];
    reset();
  }

  /** Leaves every level as it is. */
  void reset() {
    if (!identity) {
      for (byte[] table : tables) {
        for (int i = 0; i < LEVELS; i++) {
          table[i] = (byte) i;
        }
      }
    }
    identity = true;
  }

  boolean isIdentity() {
    return identity;
  }

  /** A level of a channel, 0 to 255, as it becomes. */
  int of(int channel, int level) {
    return tables[channel][level] & 0xff;
  }

  /** Sends what the table makes of each level through another one, alike in all channels. */
  void then(IntUnaryOperator next) {
    for (int c = 0; c < tables.length; c++) {
      then(c, next);
    }
  }

  /** The same in one channel; {@code next} gives levels from 0 to 255. */
  void then(int channel, IntUnaryOperator next) {
    identity = false;
    byte[] table = tables[channel];
    for (int i = 0; i < LEVELS; i++) {
      table[i] = (byte) next.applyAsInt(table[i] & 0xff);
    }
  }

  int channels() {
    return tables.length;
  }

  /** Mean lightness of an image as it becomes, rounded half up. */
  int meanLuma(PixelBuffer in) {
    byte[] data = in.data();
    int pixels = in.height() * in.width();
    long sum = 0;
    if (tables.length == 1) {
      for (int i = 0; i < pixels; i++) {
        sum += tables[0][data[i] & 0xff] & 0xff;
      }
    } else {
      int[][] weighed = {
        weighed(0, Luma.RED, Luma.HALF), weighed(1, Luma.GREEN, 0), weighed(2, Luma.BLUE, 0)
      };
      sum = lumaSum(data, pixels, weighed[0], weighed[1], weighed[2]);
    }
    return (int) ((double) sum / pixels + 0.5);
  }

  private int[] weighed(int channel, int weight, int more) {
    int[] weighed = new int[LEVELS];
    for (int i = 0; i < LEVELS; i++) {
      weighed[i] = weight * of(channel, i) + more;
    }
    return weighed;
  }

  private static long lumaSum(byte[] data, int pixels, int[] red, int[] green, int[] blue) {
    long sum = 0;
    for (int i = 0, at = 0; i < pixels; i++, at += 3) {
      sum +=
          (red[data[at] & 0xff] + green[data[at + 1] & 0xff] + blue[data[at + 2] & 0xff])
              >> Luma.SHIFT;
    }
    return sum;
  }

  /** How often each level is there in a channel of an image as it becomes. */
  int[] histogram(PixelBuffer in, int channel) {
    int[] before = new int[LEVELS];
    byte[] data = in.data();
    int size = in.height() * in.width() * tables.length;
    for (int i = channel; i < size; i += tables.length) {
      before[data[i] & 0xff]++;
    }
    int[] histogram = new int[LEVELS];
    for (int i = 0; i < LEVELS; i++) {
      histogram[of(channel, i)] += before[i];
    }
    return histogram;
  }

  /** Makes an image what it becomes; both may be the same buffer. */
  void apply(PixelBuffer in, PixelBuffer out) {
    if (in != out) {
      out.reshape(in.height(), in.width(), in.channels());
    }
    byte[] from = in.data();
    byte[] to = out.data();
    int size = in.height() * in.width() * tables.length;
    if (tables.length == 1) {
      byte[] only = tables[0];
      for (int i = 0; i < size; i++) {
        to[i] = only[from[i] & 0xff];
      }
      return;
    }
    byte[] red = tables[0];
    byte[] green = tables[1];
    byte[] blue = tables[2];
    for (int i = 0; i < size; i += 3) {
      to[i] = red[from[i] & 0xff];
      to[i + 1] = green[from[i + 1] & 0xff];
      to[i + 2] = blue[from[i + 2] & 0xff];
    }
  }
}
