package io.millrace.image;

/**
 * What the first bytes of an encoded image say about it; nothing is decoded.
 *
 * @param format decides how it is decoded
 * @param width width as stored, in pixels
 * @param height height as stored, in pixels
 * @param channels 1 for grey, 3 for RGB, YCbCr and palettes, 4 for CMYK; alpha is not counted
 * @param orientation EXIF orientation, 1 to 8; 1 is upright
 * @param scratch bytes that decoding holds beside pixels, at most
 */
public record ImageHeader(
    ImageFormat format, int width, int height, int channels, int orientation, long scratch) {
  /** Images with more pixels are refused before anything is allocated for them. */
  public static final int MAX_PIXELS = 1 << 27;

  /** Checks the size. */
  public ImageHeader {
    checkSize(height, width);
  }

  static void checkSize(int height, int width) {
    if (width < 1 || height < 1 || (long) width * height > MAX_PIXELS) {
      throw new BadImageException(
          "%d x %d pixels (must be 1 to %d in all)".formatted(width, height, MAX_PIXELS));
    }
  }

  /** Refuses more of something than {@code length} bytes can code, before it is allocated. */
  static void checkData(int height, int width, long coded, int length, int mostAByte) {
    checkSize(height, width);
    if (coded > (long) length * mostAByte) {
      throw new BadImageException(
          "%d x %d pixels, of which %d bytes hold a part at most".formatted(width, height, length));
    }
  }

  /** Width of the upright image, in pixels. */
  public int uprightWidth() {
    return orientation > 4 ? height : width;
  }

  /** Height of the upright image, in pixels. */
  public int uprightHeight() {
    return orientation > 4 ? width : height;
  }

  /**
   * Reads the header of {@code data[offset .. offset + length)}.
   *
   * @throws BadImageException if it is empty, cut short, too large or of a format that is not read
   */
  public static ImageHeader read(byte[] data, int offset, int length) {
    ByteReader in = new ByteReader(data, offset, length);
    if (length == 0) {
      throw new BadImageException("zero bytes");
    }
    return switch (ImageFormat.of(in)) {
      case PNG -> PngHeader.read(in);
      case JPEG -> JpegHeader.read(in);
      case GIF -> GifFile.header(in);
      case BMP -> BmpFile.header(in);
      case TIFF -> TiffFile.header(in);
      case WEBP -> WebpFile.header(in);
    };
  }
}
