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
    ImageHeader header = ImageHeader.read(data, offset, length);
    Box all = Box.whole(header.uprightHeight(), header.uprightWidth());
    decode(header, new ByteReader(data, offset, length), 1, channels, all, out);
  }

  /**
   * Decodes at 1/reduction of the size, which PNG does not have. Outside the region, given in
   * pixels of the full size, pixels may be left undefined; of a JPEG no coded data is read below
   * it, so that only an image decoded to its last row is checked as a whole.
   */
  void decode(
      ImageHeader header, ByteReader in, int reduction, int channels, Box region, PixelBuffer out) {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          "Invalid channels: %d (must be 1 or 3)".formatted(channels));
    }
    boolean upright = header.orientation() == 1;
    PixelBuffer target = upright ? out : stored;
    if (header.format() == ImageFormat.PNG) {
      png.decode(in, channels, target);
    } else {
      Box read = upright ? region : Box.whole(header.height(), header.width());
      jpeg.decode(in, reduction, channels, read.reduced(reduction), target);
    }
    if (!upright) {
      Orientation.upright(stored, header.orientation(), out);
    }
  }

  /**
   * Decodes luma and chroma of an upright JPEG, each at its own resolution; valid until the next
   * call.
   *
   * @return null where the file does not hold them so
   */
  Plane[] planes(ImageHeader header, ByteReader in, int reduction, Box region) {
    boolean possible = header.format() == ImageFormat.JPEG && header.orientation() == 1;
    return possible ? jpeg.planes(in, reduction, region.reduced(reduction)) : null;
  }

  @Override
  public void close() {
    jpeg.close();
    png.close();
  }
}
