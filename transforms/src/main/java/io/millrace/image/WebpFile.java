package io.millrace.image;

/**
 * A WebP file's first picture: where its coded data lies, and where on the canvas it belongs. What
 * the picture does not cover is black, and alpha is dropped, as Pillow does for RGB.
 *
 * <p>Source: Google, "WebP Container Specification", RFC 9649, section 2.
 */
final class WebpFile {
  private static final int ANIMATED = 0x02;
  private static final int HAS_XMP = 0x04;
  private static final int HAS_EXIF = 0x08;
  private static final int FRAME_HEADER = 16;

  private final Metadata metadata = new Metadata();
  private int width;
  private int height;
  private int left;
  private int top;
  private int pictureWidth;
  private int pictureHeight;
  private boolean lossless;
  private ByteReader picture;

  private WebpFile(ByteReader in) {
    long size = in.number(4, 4, true) + 8;
    if (size > in.length()) {
      throw truncated(in);
    }
    int flags = -1;
    int end = (int) size;
    for (int at = 12; at + 8 <= end; ) {
      long chunk = in.number(at + 4, 4, true);
      if (chunk > end - at - 8) {
        throw truncated(in);
      }
      ByteReader data = in.slice(at + 8, (int) chunk);
      switch (in.text(at, 4)) {
        case "VP8X" -> {
          flags = data.u8(0);
          width = 1 + (int) data.number(4, 3, true);
          height = 1 + (int) data.number(7, 3, true);
        }
        case "VP8 ", "VP8L" -> picture(in.text(at, 4), data);
        case "ANMF" -> frame(data, flags);
        case "EXIF" -> exif(data, flags);
        case "XMP " -> xmp(data, flags);
        default -> {}
      }
      at += 8 + (int) chunk + (int) (chunk & 1);
    }
    if (picture == null) {
      throw new BadImageException("corrupt WebP, it has no picture");
    }
    place(flags);
  }

  private static BadImageException truncated(ByteReader in) {
    return new BadImageException("truncated WebP, %d bytes".formatted(in.length()));
  }

  private void picture(String kind, ByteReader data) {
    if (picture == null) {
      picture = data;
      lossless = kind.equals("VP8L");
    }
  }

  /** The picture of a frame, and its place; later ones only move. */
  private void frame(ByteReader data, int flags) {
    if (picture != null || flags < 0 || (flags & ANIMATED) == 0) {
      return;
    }
    left = 2 * (int) data.number(0, 3, true);
    top = 2 * (int) data.number(3, 3, true);
    for (int at = FRAME_HEADER; picture == null && at + 8 <= data.length(); ) {
      int size = (int) Math.min(data.length() - at - 8, data.number(at + 4, 4, true));
      String kind = data.text(at, 4);
      if (kind.startsWith("VP8")) {
        picture(kind, data.slice(at + 8, size));
      }
      at += 8 + size + (size & 1);
    }
  }

  private void exif(ByteReader data, int flags) {
    if (flags >= 0 && (flags & HAS_EXIF) != 0) {
      metadata.exif(data);
    }
  }

  private void xmp(ByteReader data, int flags) {
    if (flags >= 0 && (flags & HAS_XMP) != 0) {
      metadata.xmp(data.text(0, data.length()));
    }
  }

  /** Reads the picture's own size, which is the canvas's where there is none. */
  private void place(int flags) {
    if (lossless) {
      long sizes = picture.number(1, 4, true);
      pictureWidth = 1 + (int) (sizes & 0x3fff);
      pictureHeight = 1 + (int) (sizes >> 14 & 0x3fff);
    } else {
      pictureWidth = (int) picture.number(6, 2, true) & 0x3fff;
      pictureHeight = (int) picture.number(8, 2, true) & 0x3fff;
    }
    if (flags < 0) {
      width = pictureWidth;
      height = pictureHeight;
    }
    boolean whole = flags < 0 || (flags & ANIMATED) == 0;
    if (left + pictureWidth > width
        || top + pictureHeight > height
        || whole && (pictureWidth != width || pictureHeight != height)) {
      throw new BadImageException(
          "corrupt WebP, a picture of %d x %d on %d x %d"
              .formatted(pictureWidth, pictureHeight, width, height));
    }
  }

  static ImageHeader header(ByteReader in) {
    WebpFile file = new WebpFile(in);
    long pixels = (file.pictureWidth + 31L) * (file.pictureHeight + 31L);
    long tables = Math.min(4L * Vp8lDecoder.MOST_TABLES, 512L * in.length());
    long scratch = file.lossless ? 12 * pixels + tables : 2 * pixels;
    int orientation = file.metadata.orientation();
    return new ImageHeader(ImageFormat.WEBP, file.width, file.height, 3, orientation, scratch);
  }

  static void decode(ByteReader in, int channels, PixelBuffer out) {
    WebpFile file = new WebpFile(in);
    out.reshape(file.height, file.width, channels);
    java.util.Arrays.fill(out.data(), 0, file.height * file.width * channels, (byte) 0);
    if (file.lossless) {
      Vp8lDecoder.decode(file.picture, file.left, file.top, out);
    } else {
      Vp8Decoder.decode(file.picture, file.left, file.top, out);
    }
  }
}
