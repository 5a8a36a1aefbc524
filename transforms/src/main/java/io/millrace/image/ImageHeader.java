package io.millrace.image;

/**
 * What the first bytes of an encoded image say about it; nothing is decoded.
 *
 * @param format decides how it is decoded
 * @param width width as stored, in pixels
 * @param height height as stored, in pixels
 * @param channels 1 for grey, 3 for RGB, YCbCr and palettes, 4 for CMYK; alpha is not counted
 * @param orientation EXIF orientation, 1 to 8; 1 is upright
 */
public record ImageHeader(
    ImageFormat format, int width, int height, int channels, int orientation) {
  /** Images with more pixels are refused before anything is allocated for them. */
  public static final int MAX_PIXELS = 1 << 27;

  /** Checks the size. */
  public ImageHeader {
    if (width < 1 || height < 1 || (long) width * height > MAX_PIXELS) {
      throw new BadImageException(
          "%d x %d pixels (must be 1 to %d in all)".formatted(width, height, MAX_PIXELS));
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
      case PNG -> png(in);
      case JPEG -> JpegHeader.read(in);
    };
  }

  private static ImageHeader png(ByteReader in) {
    if (!in.text(12, 4).equals("IHDR")) {
      throw new BadImageException("PNG without IHDR chunk");
    }
    int colour = in.u8(25);
    int channels = colour == 0 || colour == 4 ? 1 : 3;
    return new ImageHeader(ImageFormat.PNG, in.s32(16), in.s32(20), channels, exifChunk(in));
  }

  private static int exifChunk(ByteReader in) {
    for (int at = 33; at + 8 <= in.length(); ) {
      int size = in.s32(at);
      String type = in.text(at + 4, 4);
      if (type.equals("eXIf") && size >= 0 && size <= in.length() - at - 8) {
        return Exif.orientation(in.slice(at + 8, size));
      }
      if (type.equals("IDAT") || size < 0 || size > in.length() - at - 12) {
        break;
      }
      at += size + 12;
    }
    return 1;
  }
}
