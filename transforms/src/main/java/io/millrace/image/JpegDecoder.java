package io.millrace.image;

/**
 * JPEG: plain files in Java, all others through the native library. Not thread-safe, and holds
 * native memory once it met a file that is not plain.
 */
final class JpegDecoder implements AutoCloseable {
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
    checkEnd(in);
    if (general == null) {
      general = new NativeJpegDecoder();
    }
    general.decode(in, reduction, channels, file.count == 4, out);
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

  /** Spares the library, which would print a line, the most common fault. */
  private void checkEnd(ByteReader in) {
    int at = in.length() - 2;
    while (at >= file.scanStart && in.u16(at) != 0xffd9) {
      at--;
    }
    if (at < file.scanStart) {
      throw new BadImageException(
          "truncated JPEG, no end marker in %d bytes".formatted(in.length()));
    }
  }

  @Override
  public void close() {
    if (general != null) {
      general.close();
    }
  }
}
