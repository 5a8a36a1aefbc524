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
  private final DatasetConfig config;
  private final ImageDecoder decoder = new ImageDecoder();
  private final PixelBuffer decoded = new PixelBuffer();
  private final PixelBuffer resized = new PixelBuffer();

  ImageWork(DatasetConfig config) {
    this.config = config;
  }

  /**
   * Shape and sums of the image as it will be stored.
   *
   * @throws BadImageException if it cannot be decoded
   */
  ImageFacts facts(SourceRow row) {
    PixelBuffer image = pixels(row);
    return new ImageFacts(image.height(), image.width(), ChannelSums.of(image));
  }

  /** The bytes to store: those of the source where nothing has to change. */
  byte[] stored(SourceRow row) {
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
    if (side == 0 || Math.min(decoded.height(), decoded.width()) == side) {
      return decoded;
    }
    new ResizeShortSide(side).apply(decoded, resized, new KeyedRandom());
    return resized;
  }

  private byte[] encode(PixelBuffer image, boolean jpeg) {
    return jpeg ? ImageEncoder.jpeg(image, config.jpegQuality()) : ImageEncoder.png(image);
  }
}
