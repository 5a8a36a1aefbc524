package io.millrace.prepare;

import io.millrace.config.DatasetConfig;
import io.millrace.config.DatasetConfig.Encoding;
import io.millrace.image.BadImageException;
import io.millrace.image.ImageDecoder;
import io.millrace.image.ImageEncoder;
import io.millrace.image.ImageFormat;
import io.millrace.image.ImageHeader;
import io.millrace.image.KeyedRandom;
import io.millrace.image.PixelBuffer;
import io.millrace.image.ResizeShortSide;
import io.millrace.source.SourceRow;

/**
 * What happens to the bytes of one image: decoded to look at it, resized and encoded anew where the
 * config asks for it. Runs on executors; not thread-safe, holds native memory until closed.
 */
final class ImageWork implements AutoCloseable {
  private static final long MOST_RESIZED_PIXELS = 1 << 26;
  private static final int MOST_KEPT_BYTES = 1 << 26;

  private final DatasetConfig config;
  private final ImageDecoder decoder = new ImageDecoder();
  private PixelBuffer decoded = new PixelBuffer();
  private PixelBuffer resized = new PixelBuffer();

  ImageWork(DatasetConfig config) {
    this.config = config;
  }

  /**
   * Shape and sums of the image as it will be stored.
   *
   * @throws BadImageException if it cannot be decoded, or is too large once resized
   */
  ImageFacts facts(SourceRow row) {
    try {
      return ImageFacts.of(pixels(row));
    } finally {
      letGo();
    }
  }

  /**
   * The bytes to store: those of the source where nothing has to change.
   *
   * @throws IllegalStateException naming the row, if it cannot be encoded
   */
  byte[] stored(SourceRow row) {
    try {
      return encoded(row);
    } catch (RuntimeException | OutOfMemoryError e) {
      throw new IllegalStateException(
          "Cannot store row %d of %s: %s".formatted(row.row(), row.file(), e), e);
    } finally {
      letGo();
    }
  }

  private byte[] encoded(SourceRow row) {
    if (row.rawHeight() > 0) {
      return encode(pixels(row), config.encoding() == Encoding.JPEG);
    }
    ImageHeader header = ImageHeader.read(row.image(), 0, row.image().length);
    boolean jpeg =
        switch (config.encoding()) {
          case KEEP -> header.format() == ImageFormat.JPEG;
          case PNG -> false;
          case JPEG -> true;
        };
    boolean sameFormat = jpeg == (header.format() == ImageFormat.JPEG);
    boolean sameSize =
        config.shortSide() == 0 || Math.min(header.width(), header.height()) == config.shortSide();
    return sameFormat && sameSize ? row.image() : encode(pixels(row), jpeg);
  }

  @Override
  public void close() {
    decoder.close();
  }

  private PixelBuffer pixels(SourceRow row) {
    if (row.rawHeight() > 0) {
      decoded.reshape(row.rawHeight(), row.rawWidth(), 1);
      System.arraycopy(row.image(), 0, decoded.data(), 0, row.image().length);
    } else {
      ImageHeader header = ImageHeader.read(row.image(), 0, row.image().length);
      int channels = header.channels() == 1 ? 1 : 3;
      decoder.decode(row.image(), 0, row.image().length, channels, decoded);
    }
    int side = config.shortSide();
    int tight = Math.min(decoded.height(), decoded.width());
    if (side == 0 || tight == side) {
      return decoded;
    }
    long pixels = (long) decoded.height() * decoded.width() * side / tight * side / tight;
    if (pixels > MOST_RESIZED_PIXELS) {
      throw new BadImageException(
          "%d x %d pixels become %,d with a short side of %d (at most %,d)"
              .formatted(decoded.width(), decoded.height(), pixels, side, MOST_RESIZED_PIXELS));
    }
    new ResizeShortSide(side).apply(decoded, resized, new KeyedRandom());
    return resized;
  }

  /** Gives the memory of an unusually large image back. */
  private void letGo() {
    if (decoded.data().length > MOST_KEPT_BYTES) {
      decoded = new PixelBuffer();
    }
    if (resized.data().length > MOST_KEPT_BYTES) {
      resized = new PixelBuffer();
    }
  }

  private byte[] encode(PixelBuffer image, boolean jpeg) {
    return jpeg ? ImageEncoder.jpeg(image, config.jpegQuality()) : ImageEncoder.png(image);
  }
}
