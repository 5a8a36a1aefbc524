package io.millrace.prepare;

import io.millrace.image.PixelBuffer;
import java.io.Serializable;

/**
 * What one image is as it will be stored.
 *
 * @param height in pixels
 * @param width in pixels
 * @param sums sum of the 8-bit levels of each channel
 * @param squares sum of their squares
 */
record ImageFacts(int height, int width, long[] sums, long[] squares) implements Serializable {
  static ImageFacts of(PixelBuffer image) {
    int channels = image.channels();
    long[] sums = new long[channels];
    long[] squares = new long[channels];
    byte[] data = image.data();
    int size = image.height() * image.width() * channels;
    for (int i = 0, c = 0; i < size; i++) {
      int level = data[i] & 0xff;
      sums[c] += level;
      squares[c] += (long) level * level;
      c = c + 1 == channels ? 0 : c + 1;
    }
    return new ImageFacts(image.height(), image.width(), sums, squares);
  }

  long pixels() {
    return (long) height * width;
  }

  boolean grey() {
    return sums.length == 1;
  }
}
