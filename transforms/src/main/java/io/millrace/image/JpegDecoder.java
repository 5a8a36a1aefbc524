package io.millrace.image;

import java.io.ByteArrayOutputStream;

/**
 * JPEG: plain files in Java, all others through the native library. Not thread-safe, and holds
 * native memory once it met a file that is not plain.
 */
final class JpegDecoder implements AutoCloseable {
  /** APP14 of version 100 and no transform: the channels are cyan, magenta, yellow and black. */
  private static final byte[] ADOBE = {
    -1, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
  };

  private final JpegFile file = new JpegFile();
  private final BaselineDecoder baseline = new BaselineDecoder();
  private NativeJpegDecoder general;

  /**
   * Decodes to {@code out} as [ceil(H / reduction), ceil(W / reduction), channels].
   *
   * @param reduction 1, 2, 4 or 8
   * @param channels 1 (luminance) or 3 (RGB)
   * @param region in pixels of the output; the rest of it may be left undefined
   */
  void decode(ByteReader in, int reduction, int channels, Box region, PixelBuffer out) {
    file.read(in);
    if (file.plain) {
      baseline.decode(file, in, reduction, channels, region, out);
      return;
    }
    if (general == null) {
      general = new NativeJpegDecoder();
    }
    general.decode(plainer(in), reduction, channels, file.count == 4, out);
  }

  /**
   * Decodes luma and chroma of the region, each at its own resolution; valid until the next call.
   *
   * @return null if the file is not a plain one in colour: {@link #decode} reads those
   */
  Plane[] planes(ByteReader in, int reduction, Box region) {
    file.read(in);
    boolean coloured = file.plain && file.count == 3;
    return coloured ? baseline.read(file, in, reduction, 3, region) : null;
  }

  /**
   * The file as the library takes it without a warning: less the bytes that belong to no segment,
   * and with Adobe's segment in a file of four channels, whose colours Pillow, and so everybody,
   * takes as inverted whether it is there or not.
   */
  private ByteReader plainer(ByteReader in) {
    int end = end(in);
    boolean inverted = file.count == 4 && !file.adobe;
    if (file.clean && !inverted) {
      return in;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(end + ADOBE.length);
    bytes.write(in.data(), in.offset(), 2);
    if (inverted) {
      bytes.writeBytes(ADOBE);
    }
    JpegSegments segments = new JpegSegments(in);
    do {
      segments.next();
      bytes.write(in.data(), in.offset() + segments.start(), segments.end() - segments.start());
    } while (segments.marker() != JpegSegments.SCAN);
    bytes.write(in.data(), in.offset() + segments.end(), end - segments.end());
    return new ByteReader(bytes.toByteArray(), 0, bytes.size());
  }

  /** Where the last end marker ends; without one whole scans may be missing. */
  private int end(ByteReader in) {
    int at = in.length() - 2;
    while (at >= file.scanStart && in.u16(at) != 0xffd9) {
      at--;
    }
    if (at < file.scanStart) {
      throw new BadImageException(
          "truncated JPEG, no end marker in %d bytes".formatted(in.length()));
    }
    return at + 2;
  }

  @Override
  public void close() {
    if (general != null) {
      general.close();
    }
  }
}
