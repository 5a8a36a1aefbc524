package io.millrace.image;

import io.millrace.random.KeyedRandom;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Small images that look like photographs to an encoder: slopes, an edge, noise. */
final class Samples {
  private Samples() {}

  static BufferedImage photo(int height, int width, int channels, long seed) {
    KeyedRandom random = new KeyedRandom().key(seed, 0, 0);
    int type = channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB;
    BufferedImage image = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < channels; c++) {
          double slope = 90 * Math.sin(0.07 * (x + 3 * c)) + 60 * Math.cos(0.05 * y * (c + 1));
          double edge = x * 2 > y * 3 ? 40 : 0;
          int level = (int) (110 + slope + edge + 12 * random.nextDouble());
          image.getRaster().setSample(x, y, c, Math.max(0, Math.min(255, level)));
        }
      }
    }
    return image;
  }

  static byte[] encode(BufferedImage image, String format) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, out)) {
        throw new IllegalStateException("no encoder for " + format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static byte[] pixels(BufferedImage image) {
    int channels = image.getRaster().getNumBands();
    byte[] data = new byte[image.getHeight() * image.getWidth() * channels];
    int at = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        for (int c = 0; c < channels; c++) {
          data[at++] = (byte) image.getRaster().getSample(x, y, c);
        }
      }
    }
    return data;
  }

  static byte[] pixels(PixelBuffer buffer) {
    int size = buffer.height() * buffer.width() * buffer.channels();
    return java.util.Arrays.copyOf(buffer.data(), size);
  }

  /** An image of the levels that are given, row by row. */
  static PixelBuffer image(int height, int width, int... levels) {
    PixelBuffer image = new PixelBuffer().reshape(height, width, levels.length / (height * width));
    for (int i = 0; i < levels.length; i++) {
      image.data()[i] = (byte) levels[i];
    }
    return image;
  }

  /** An image of random levels. */
  static PixelBuffer noise(int height, int width, int channels, long seed) {
    KeyedRandom random = new KeyedRandom().key(seed, 0, 0);
    return image(
        height,
        width,
        IntStream.range(0, height * width * channels)
            .map(any -> (int) (random.nextDouble() * 256))
            .toArray());
  }

  /** The levels of an image, row by row. */
  static int[] levels(PixelBuffer image) {
    byte[] pixels = pixels(image);
    return IntStream.range(0, pixels.length).map(i -> pixels[i] & 0xff).toArray();
  }

  /** What an operation makes of an image by some key. */
  static PixelBuffer made(ImageOperation operation, PixelBuffer in) {
    PixelBuffer out = new PixelBuffer();
    operation.apply(in, out, new KeyedRandom().key(1, 2, 3));
    return out;
  }
}
