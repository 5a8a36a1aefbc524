package io.millrace.image;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.leptonica.PIX;
import org.bytedeco.leptonica.global.lept;

/**
 * JPEG of any kind, progressive and CMYK too, through Leptonica's libjpeg-turbo. Every warning of
 * the library (missing end, bad code, data left over) is an error here.
 *
 * <p>Holds native memory that grows to the largest file seen. Not thread-safe.
 */
final class NativeJpegDecoder implements AutoCloseable {
  static {
    lept.setMsgSeverity(lept.L_SEVERITY_NONE); // reasons go into exceptions, not to stderr
  }

  private BytePointer input = new BytePointer(1 << 16);
  private final IntPointer warnings = new IntPointer(1);
  private int[] row = new int[0];

  /**
   * Decodes to {@code out} as [ceil(H / reduction), ceil(W / reduction), channels].
   *
   * @param reduction 1, 2, 4 or 8
   * @param channels 1 (luminance) or 3 (RGB)
   * @param cmyk whether the file has four channels, of which the library makes colours only
   */
  void decode(ByteReader in, int reduction, int channels, boolean cmyk, PixelBuffer out) {
    int length = in.length();
    if (input.capacity() < length) {
      input.close();
      input = new BytePointer(length + (long) (length >> 1));
    }
    input.position(0).put(in.data(), in.offset(), length);
    int hint = channels == 1 && !cmyk ? lept.L_JPEG_READ_LUMINANCE : 0;
    PIX pix = lept.pixReadMemJpeg(input, length, 0, reduction, warnings, hint);
    if (pix == null) {
      throw new BadImageException("truncated or corrupt JPEG");
    }
    try {
      if (warnings.get() != 0) {
        throw new BadImageException("corrupt JPEG, %d warnings".formatted(warnings.get()));
      }
      copy(pix, out.reshape(pix.h(), pix.w(), channels));
    } finally {
      lept.pixDestroy(pix);
    }
  }

  private void copy(PIX pix, PixelBuffer out) {
    int words = pix.wpl();
    boolean grey = pix.d() == 8;
    if (row.length < words) {
      row = new int[words];
    }
    try (IntPointer pixels = pix.data()) {
      for (int y = 0; y < out.height(); y++) {
        pixels.position((long) y * words).get(row, 0, words);
        int at = y * out.width() * out.channels();
        if (grey) {
          unpackGrey(out, at);
        } else if (out.channels() == 1) {
          unpackLuminance(out, at);
        } else {
          unpackColour(out, at);
        }
      }
    }
  }

  /** Four pixels a word, the first in the highest byte. */
  private void unpackGrey(PixelBuffer out, int at) {
    byte[] to = out.data();
    int copies = out.channels();
    int next = at;
    for (int x = 0; x < out.width(); x++) {
      byte value = (byte) (row[x >> 2] >>> (24 - 8 * (x & 3)));
      for (int c = 0; c < copies; c++) {
        to[next++] = value;
      }
    }
  }

  private void unpackLuminance(PixelBuffer out, int at) {
    for (int x = 0; x < out.width(); x++) {
      out.data()[at + x] = (byte) ColourSpace.luminance(row[x] >>> 8);
    }
  }

  /** One pixel a word, red in the highest byte. */
  private void unpackColour(PixelBuffer out, int at) {
    byte[] to = out.data();
    int next = at;
    for (int x = 0; x < out.width(); x++) {
      int pixel = row[x];
      to[next] = (byte) (pixel >>> 24);
      to[next + 1] = (byte) (pixel >>> 16);
      to[next + 2] = (byte) (pixel >>> 8);
      next += 3;
    }
  }

  @Override
  public void close() {
    input.close();
    warnings.close();
  }
}
