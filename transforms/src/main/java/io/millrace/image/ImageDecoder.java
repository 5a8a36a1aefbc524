package io.millrace.image;

/**
 * Encoded bytes to pixels: PNG and JPEG, grey or colour as asked, upright by EXIF orientation.
 * Bytes that are cut short or corrupt never give pixels.
 *
 * <p>Runs on executors; not thread-safe, and holds native memory until closed.
 */
public final class ImageDecoder implements AutoCloseable {
  private final JpegDecoder jpeg = new JpegDecoder();
  private final PngDecoder png = new PngDecoder();
  private final PixelBuffer stored = new PixelBuffer();

  /**
   * Decodes {@code data[offset .. offset + length)} to {@code out} as [H, W, channels].
   *
   * @param channels 1 (luma of ITU-R BT.601) or 3 (RGB)
   * @throws BadImageException if it is not a whole and sound PNG or JPEG
   */
  public void decode(byte[] data, int offset, int length, int channels, PixelBuffer out) {
    decode(ImageHeader.read(data, offset, length), data, offset, length, 1, channels, out);
  }

  /** Decodes at 1/reduction of the size; PNG has no such thing and is decoded whole. */
  void decode(
      ImageHeader header,
      byte[] data,
      int offset,
      int length,
      int reduction,
      int channels,
      PixelBuffer out) {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          "Invalid channels: %d (must be 1 or 3)".formatted(channels));
    }
    PixelBuffer target = header.orientation() == 1 ? out : stored;
    if (header.format() == ImageHeader.Format.PNG) {
      png.decode(data, offset, length, channels, target);
    } else {
      jpeg.decode(data, offset, length, reduction, channels, target);
    }
    if (target == stored) {
      Orientation.upright(stored, header.orientation(), out);
    }
  }

  @Override
  public void close() {
    jpeg.close();
    png.close();
  }
}
