package io.millrace.minibatch;

import java.nio.FloatBuffer;

/**
 * The images of a minibatch, [N, H, W, C].
 *
 * @param pixels from the start of the buffer, whatever its position
 * @param examples N
 * @param height H, in pixels
 * @param width W, in pixels
 * @param channels C
 */
public record ImageRows(FloatBuffer pixels, int examples, int height, int width, int channels) {
  /** Floats of one image. */
  public int length() {
    return height * width * channels;
  }
}
