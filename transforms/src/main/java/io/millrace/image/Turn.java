package io.millrace.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Moves pixels of 1 or 3 channels into other orders; eight of three bytes are three words. */
final class Turn {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle HALVES =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int EIGHT = 8;
  private static final int RGB = 3;
  private static final long PIXEL = 0xffffff;
  private static final long BYTE = 0xff;

  private Turn() {}

  /** Writes a row of pixels in the reverse order. */
  static void mirror(byte[] from, int at, int pixels, int channels, byte[] to, int next) {
    int done = 0;
    if (channels == RGB) {
      for (; done + EIGHT <= pixels; done += EIGHT) {
        int i = at + (pixels - done - EIGHT) * RGB;
        long a = (long) WORDS.get(from, i); // pixels 0, 1, most of 2
        long b = (long) WORDS.get(from, i + 8); // the rest of 2, 3, 4, a third of 5
        long c = (long) WORDS.get(from, i + 16); // the rest of 5, 6, 7
        int o = next + done * RGB;
        WORDS.set(to, o, c >>> 40 | (c >>> 16 & PIXEL) << 24 | b >>> 56 << 48 | c << 56);
        WORDS.set(
            to,
            o + 8,
            c >>> 8 & BYTE | (b >>> 32 & PIXEL) << 8 | (b >>> 8 & PIXEL) << 32 | a >>> 48 << 56);
        WORDS.set(to, o + 16, a >>> 56 | (b & BYTE) << 8 | (a >>> 24 & PIXEL) << 16 | a << 40);
      }
    }
    for (; done < pixels; done++) {
      copy(from, at + (pixels - 1 - done) * channels, channels, to, next + done * channels);
    }
  }

  /** Writes a column of pixels, {@code stride} bytes from one to the next, as a row. */
  static void column(
      byte[] from, int at, int stride, int pixels, int channels, byte[] to, int next) {
    int done = 0;
    int i = at;
    int o = next;
    if (channels == RGB) {
      while (done + EIGHT <= pixels && Math.max(i, i + 7 * stride) + 4 <= from.length) {
        long third = pixel(from, i + 2 * stride);
        long sixth = pixel(from, i + 5 * stride);
        WORDS.set(to, o, pixel(from, i) | pixel(from, i + stride) << 24 | third << 48);
        WORDS.set(
            to,
            o + 8,
            third >>> 16
                | pixel(from, i + 3 * stride) << 8
                | pixel(from, i + 4 * stride) << 32
                | sixth << 56);
        WORDS.set(
            to,
            o + 16,
            sixth >>> 8 | pixel(from, i + 6 * stride) << 16 | pixel(from, i + 7 * stride) << 40);
        done += EIGHT;
        i += EIGHT * stride;
        o += EIGHT * RGB;
      }
    }
    for (; done < pixels; done++, i += stride, o += channels) {
      copy(from, i, channels, to, o);
    }
  }

  private static long pixel(byte[] data, int at) {
    return (int) HALVES.get(data, at) & PIXEL;
  }

  private static void copy(byte[] from, int at, int channels, byte[] to, int next) {
    for (int c = 0; c < channels; c++) {
      to[next + c] = from[at + c];
    }
  }
}
