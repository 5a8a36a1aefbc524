package io.millrace.source;

import io.millrace.image.ImageEncoder;
import io.millrace.image.PixelBuffer;

/**
 * An image as Spark ML keeps it: pixels in rows from the top, the channels of each in the order
 * blue, green, red, alpha. It becomes a PNG of the same levels; alpha is left out, as everywhere.
 */
final class MlImage {
  /** Names of the struct's members, in the order of {@link #png}. */
  static final String[] MEMBERS = {"data", "height", "width", "nChannels", "mode"};

  /** OpenCV's types of 8 bits a channel, by their channels. */
  private static final int GREY = 0;

  private static final int BGR = 16;
  private static final int BGRA = 24;

  private MlImage() {}

  /**
   * A row with its pixels as a PNG; an image that Spark ML could not read has none.
   *
   * @param shape height, width, channels and mode, -1 where one is null
   */
  static SourceRow encoded(SourceRow row, int[] shape) {
    if (row.image().length == 0) {
      return row.without(SourceRow.NO_IMAGE);
    }
    try {
      return row.with(png(row.image(), shape[0], shape[1], shape[2], shape[3]));
    } catch (IllegalArgumentException e) {
      return row.damaged(e.getMessage());
    }
  }

  /**
   * The image as a PNG.
   *
   * @param data {@code height x width x channels} bytes
   * @param mode OpenCV's type: 0, 16 or 24 for 1, 3 or 4 channels of 8 bits
   * @throws IllegalArgumentException if it is of another type, or the bytes are not as many
   */
  static byte[] png(byte[] data, int height, int width, int channels, int mode) {
    int expected = mode == GREY ? 1 : mode == BGR ? 3 : mode == BGRA ? 4 : 0;
    if (expected == 0) {
      throw new IllegalArgumentException(
          "its mode is %d (must be 0, 16 or 24, for 8 bits in 1, 3 or 4 channels)".formatted(mode));
    }
    if (channels != expected
        || height < 1
        || width < 1
        || (long) height * width * channels != data.length) {
      throw new IllegalArgumentException(
          "it has %d bytes for %d x %d pixels of %d channels and mode %d"
              .formatted(data.length, width, height, channels, mode));
    }
    int kept = Math.min(channels, 3);
    PixelBuffer pixels = new PixelBuffer().reshape(height, width, kept);
    byte[] levels = pixels.data();
    for (int pixel = 0; pixel < height * width; pixel++) {
      for (int c = 0; c < kept; c++) {
        levels[pixel * kept + c] = data[pixel * channels + kept - 1 - c];
      }
    }
    return ImageEncoder.png(pixels);
  }
}
