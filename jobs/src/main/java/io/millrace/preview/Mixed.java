package io.millrace.preview;

import io.millrace.image.PixelBuffer;
import io.millrace.minibatch.ImageRows;
import io.millrace.minibatch.Mixing;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A minibatch of images after it was mixed.
 *
 * @param images the images, in order
 * @param own the share that each keeps of itself
 */
record Mixed(List<PixelBuffer> images, double own) {
  /** Mixes images of one size as an update of a run with that seed does. */
  static Mixed of(List<PixelBuffer> images, Mixing mixing, long seed, long update) {
    PixelBuffer first = images.get(0);
    int height = first.height();
    int width = first.width();
    int channels = first.channels();
    int size = height * width * channels;
    FloatBuffer levels = FloatBuffer.allocate(images.size() * size);
    for (PixelBuffer image : images) {
      for (int i = 0; i < size; i++) {
        levels.put(image.data()[i] & 0xff);
      }
    }
    double own =
        mixing.mix(new ImageRows(levels, images.size(), height, width, channels), seed, update);
    List<PixelBuffer> mixed = new ArrayList<>();
    for (int image = 0; image < images.size(); image++) {
      PixelBuffer pixels = new PixelBuffer().reshape(height, width, channels);
      for (int i = 0; i < size; i++) {
        pixels.data()[i] = (byte) Math.round(levels.get(image * size + i));
      }
      mixed.add(pixels);
    }
    return new Mixed(mixed, own);
  }
}
