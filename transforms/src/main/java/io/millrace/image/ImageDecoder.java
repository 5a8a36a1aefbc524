package io.millrace.image;

import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Encoded bytes to pixels: every {@link ImageFormat}, grey or colour as asked, upright by EXIF or
 * XMP orientation. Bytes that are cut short or corrupt never give pixels, and whatever is wrong
 * with them is a {@link BadImageException}. What a large image will take is bounded by its header,
 * shared with the other threads of the JVM before it is allocated, and given back afterwards.
 *
 * <p>Runs on executors; not thread-safe, and holds native memory until closed.
 */
public final class ImageDecoder implements AutoCloseable {
  private final PixelBuffer stored = new PixelBuffer();
  private final PixelBuffer used = new PixelBuffer();
  private JpegDecoder jpeg = new JpegDecoder();
  private PngDecoder png = new PngDecoder();

  /**
   * Decodes {@code data[offset .. offset + length)} to {@code out} as [H, W, channels]; {@code out}
   * keeps its memory, however large.
   *
   * @param channels 1 (luma of ITU-R BT.601) or 3 (RGB)
   * @throws BadImageException if it is not a whole and sound image
   */
  public void decode(byte[] data, int offset, int length, int channels, PixelBuffer out) {
    ImageHeader header = ImageHeader.read(data, offset, length);
    leased(
        header,
        memory(header, 1, channels),
        () -> {
          decodeAll(header, data, offset, length, channels, out);
          return out;
        });
  }

  /**
   * Decodes an image and hands its pixels to {@code use}, which must not keep them: what a large
   * image takes is given back when it returns.
   *
   * @param header that of the data
   * @param channels 1 (luma of ITU-R BT.601) or 3 (RGB)
   * @param beside bytes that the use holds at most beside the pixels
   * @throws BadImageException if it is not a whole and sound image, or takes too much memory
   */
  public <T> T use(
      ImageHeader header,
      byte[] data,
      int offset,
      int length,
      int channels,
      long beside,
      Function<PixelBuffer, T> use) {
    return leased(
        header,
        memory(header, 1, channels) + beside,
        () -> {
          decodeAll(header, data, offset, length, channels, used);
          return use.apply(used);
        });
  }

  private <T> T leased(ImageHeader header, long bytes, Supplier<T> work) {
    try (ImageMemory.Lease lease = ImageMemory.SHARED.take(header, bytes)) {
      try {
        return work.get();
      } finally {
        if (lease.large()) {
          release();
        }
      }
    }
  }

  private void decodeAll(
      ImageHeader header, byte[] data, int offset, int length, int channels, PixelBuffer out) {
    Box all = Box.whole(header.uprightHeight(), header.uprightWidth());
    decode(header, new ByteReader(data, offset, length), 1, channels, all, out);
  }

  /** Bytes that decoding takes at most, the pixels included. */
  static long memory(ImageHeader header, int reduction, int channels) {
    long pixels = (header.height() / reduction + 1L) * (header.width() / reduction + 1L);
    int copies = header.orientation() == 1 ? channels : 2 * channels;
    int planes = header.format() == ImageFormat.JPEG ? 4 : 0;
    return header.scratch() + pixels * (copies + planes);
  }

  /** Gives back what a large image took. */
  void release() {
    close();
    jpeg = new JpegDecoder();
    png = new PngDecoder();
    stored.release();
    used.release();
  }

  /**
   * Decodes at 1/reduction of the size, which only JPEG has. Outside the region, given in pixels of
   * the full size, pixels may be left undefined; of a JPEG no coded data is read below it, so that
   * only an image decoded to its last row is checked as a whole.
   */
  void decode(
      ImageHeader header, ByteReader in, int reduction, int channels, Box region, PixelBuffer out) {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          "Invalid channels: %d (must be 1 or 3)".formatted(channels));
    }
    boolean upright = header.orientation() == 1;
    PixelBuffer target = upright ? out : stored;
    Box read = upright ? region : Box.whole(header.height(), header.width());
    try {
      switch (header.format()) {
        case PNG -> png.decode(in, channels, target);
        case JPEG -> jpeg.decode(in, reduction, channels, read.reduced(reduction), target);
        case GIF -> GifFile.decode(in, channels, target);
        case BMP -> BmpFile.decode(in, channels, target);
        case TIFF -> TiffFile.decode(in, channels, target);
        case WEBP -> WebpFile.decode(in, channels, target);
      }
    } catch (BadImageException e) {
      throw e;
    } catch (RuntimeException e) {
      throw corrupt(header, e);
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
    if (header.format() != ImageFormat.JPEG || header.orientation() != 1) {
      return null;
    }
    try {
      return jpeg.planes(in, reduction, region.reduced(reduction));
    } catch (BadImageException e) {
      throw e;
    } catch (RuntimeException e) {
      throw corrupt(header, e);
    }
  }

  /** Damage that no check foresaw is the image's fault all the same. */
  private static BadImageException corrupt(ImageHeader header, RuntimeException e) {
    return new BadImageException("corrupt %s, %s".formatted(header.format(), e), e);
  }

  @Override
  public void close() {
    jpeg.close();
    png.close();
  }
}
