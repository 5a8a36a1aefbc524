package io.millrace.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Moves pixels of 1 or 3 channels into other orders. A pixel of three bytes is moved as a word of
 * four, whose last byte the next pixel overwrites; the first and the last of a row are moved byte
 * by byte, so that no word reaches beyond the row or the image.
 */
final class Turn {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int RGB = 3;

  private Turn() {}

  /** Writes a row of pixels in the reverse order. */
  static void mirror(byte[] from, int at, int pixels, int channels, byte[] to, int next) {
    int end = (pixels - 1) * channels;
    copy(from, at + end, channels, to, next);
    int done = channels == RGB ? mirrorWords(from, at + end, end, to, next) : channels;
    for (; done <= end; done += channels) {
      copy(from, at + end - done, channels, to, next + done);
    }
  }

  private static int mirrorWords(byte[] from, int last, int end, byte[] to, int next) {
    for (int i = RGB; i < end; i += RGB) {
      WORDS.set(to, next + i, (int) WORDS.get(from, last - i));
    }
    return end;
  }

  /** Writes a column of pixels, {@code stride} bytes from one to the next, as a row. */
  static void column(
      byte[] from, int at, int stride, int pixels, int channels, byte[] to, int next) {
    int end = (pixels - 1) * channels;
    copy(from, at, channels, to, next);
    int done = channels == RGB ? columnWords(from, at, stride, to, next, end) : channels;
    int i = at + done / channels * stride;
    for (; done <= end; done += channels, i += stride) {
      copy(from, i, channels, to, next + done);
    }
  }

  private static int columnWords(byte[] from, int at, int stride, byte[] to, int next, int end) {
    for (int i = RGB, j = at + stride; i < end; i += RGB, j += stride) {
      WORDS.set(to, next + i, (int) WORDS.get(from, j));
    }
    return end;
  }

  /** Copies one pixel. */
  static void copy(byte[] from, int at, int channels, byte[] to, int next) {
    to[next] = from[at];
    if (channels == RGB) {
      to[next + 1] = from[at + 1];
      to[next + 2] = from[at + 2];
    }
  }
}
