package io.millrace.prepare;

import io.millrace.image.BadImageException;
import io.millrace.image.ImageDecoder;
import io.millrace.image.ImageEncoder;
import io.millrace.image.ImageFormat;
import io.millrace.image.ImageHeader;
import io.millrace.image.PixelBuffer;
import io.millrace.image.ResizeShortSide;
import io.millrace.prepare.DatasetConfig.Encoding;
import io.millrace.random.KeyedRandom;
import io.millrace.source.SourceRow;
import java.util.function.Function;

/**
 * What happens to the bytes of one image: decoded to look at it, resized and encoded anew where the
 * config asks for it. Runs on executors; not thread-safe, holds native memory until closed.
 */
public final class ImageWork implements AutoCloseable {
  /** Sizes of the pixels that encoding holds at most: filtered, packed, and the bytes, copied. */
  private static final long ENCODING = 4;

  private final DatasetConfig config;
  private final boolean keeps;
  private final ImageDecoder decoder = new ImageDecoder();
  private final PixelBuffer raw = new PixelBuffer();

  /** Work as a config wants it. */
  public ImageWork(DatasetConfig config) {
    this(config, true);
  }

  private ImageWork(DatasetConfig config, boolean keeps) {
    this.config = config;
    this.keeps = keeps;
  }

  /** The same where what would be stored is decoded at once instead: its PNGs are not packed. */
  public static ImageWork keepingNothing(DatasetConfig config) {
    return new ImageWork(config, false);
  }

  /**
   * Shape and sums of the image as it will be stored.
   *
   * @throws BadImageException if it cannot be decoded, or is too large once resized
   */
  ImageFacts facts(SourceRow row) {
    return use(row, ImageFacts::of);
  }

  /**
   * Decodes an image to see whether that can be done.
   *
   * @throws BadImageException if not, or if it is too large once resized
   */
  public void check(SourceRow row) {
    facts(row);
  }

  /**
   * The bytes to store: those of the source where nothing has to change.
   *
   * @throws IllegalStateException naming the row, if it cannot be encoded
   */
  public byte[] stored(SourceRow row) {
    try {
      return encoded(row);
    } catch (RuntimeException | OutOfMemoryError e) {
      throw new IllegalStateException(
          "Cannot store row %d of %s: %s".formatted(row.row(), row.file(), e), e);
    }
  }

  private byte[] encoded(SourceRow row) {
    if (row.rawHeight() > 0) {
      return use(row, image -> encode(image, config.encoding() == Encoding.JPEG));
    }
    ImageHeader header = ImageHeader.read(row.image(), 0, row.image().length);
    boolean keepsJpeg = config.encoding() == Encoding.KEEP && header.format() == ImageFormat.JPEG;
    boolean jpeg = keepsJpeg || config.encoding() == Encoding.JPEG;
    return asItIs(header) ? row.image() : use(row, image -> encode(image, jpeg));
  }

  @Override
  public void close() {
    decoder.close();
  }

  /** Whether the source's bytes are stored. */
  private boolean asItIs(ImageHeader header) {
    boolean sameFormat =
        switch (config.encoding()) {
          case KEEP -> header.format().stored();
          case PNG -> header.format() == ImageFormat.PNG;
          case JPEG -> header.format() == ImageFormat.JPEG;
        };
    return sameFormat && !resizes(header.height(), header.width());
  }

  private boolean resizes(int height, int width) {
    return config.shortSide() > 0 && Math.min(height, width) != config.shortSide();
  }

  /** Hands on the image as it will be stored; a large one's memory is given back afterwards. */
  private <T> T use(SourceRow row, Function<PixelBuffer, T> use) {
    byte[] bytes = row.image();
    if (row.rawHeight() > 0) {
      raw.reshape(row.rawHeight(), row.rawWidth(), 1);
      System.arraycopy(bytes, 0, raw.data(), 0, bytes.length);
      return use.apply(resized(raw));
    }
    ImageHeader header = ImageHeader.read(bytes, 0, bytes.length);
    int channels = header.channels() == 1 ? 1 : 3;
    long beside = pixelsBeside(header) * channels;
    return decoder.use(
        header, bytes, 0, bytes.length, channels, beside, image -> use.apply(resized(image)));
  }

  /** Pixels that are held at most beside the decoded ones. */
  private long pixelsBeside(ImageHeader header) {
    if (asItIs(header)) {
      return 0;
    }
    int height = header.uprightHeight();
    int width = header.uprightWidth();
    return resizes(height, width)
        ? (1 + ENCODING) * new ResizeShortSide(config.shortSide()).pixels(height, width)
        : ENCODING * height * width;
  }

  private PixelBuffer resized(PixelBuffer image) {
    if (!resizes(image.height(), image.width())) {
      return image;
    }
    PixelBuffer resized = new PixelBuffer();
    new ResizeShortSide(config.shortSide()).apply(image, resized, new KeyedRandom());
    return resized;
  }

  private byte[] encode(PixelBuffer image, boolean jpeg) {
    if (jpeg) {
      return ImageEncoder.jpeg(image, config.jpegQuality());
    }
    return keeps ? ImageEncoder.png(image) : ImageEncoder.unpackedPng(image);
  }
}
