package io.millrace.image;

import java.util.Arrays;

/** Makes the pixels of a frame. Holds scratch memory; not thread-safe. */
final class Renderer {
  /** What an operation may make of however small an image: 16 million pixels, 4096 x 4096. */
  private static final int MOST_ENLARGED = 1 << 24;

  private static final int STRIP = 256;

  private final Resampler[] resamplers = {new Resampler(), new Resampler(), new Resampler()};
  private final PixelBuffer scaled = new PixelBuffer();

  /** Renders {@code frame} of an image to {@code out}. */
  void render(PixelBuffer in, int reduction, Frame frame, PixelBuffer out) {
    Box window = frame.window();
    if (frame.resampled()) {
      resample(in, reduction, frame, scaled);
      cut(scaled, Box.whole(window.height(), window.width()), frame, out);
    } else {
      cut(in, window, frame, out);
    }
  }

  /** Resamples a frame; flips are left to the caller. */
  void resample(PixelBuffer in, int reduction, Frame frame, PixelBuffer out) {
    checkSize(frame.window(), in.height(), in.width());
    resamplers[0].resample(Raster.of(in, reduction), frame, frame.window(), out);
  }

  /**
   * Resamples luma and chroma, each from its own resolution, and then makes RGB of them: chroma is
   * never blown up, and only as many pixels change their colour space as are needed. Differs from
   * resampling RGB where that was clipped, and by rounding.
   */
  void resample(Plane[] planes, Frame frame, PixelBuffer out) {
    Box window = frame.window();
    checkSize(window, planes[0].height, planes[0].width);
    for (int i = 0; i < 3; i++) {
      resamplers[i].begin(planes[i].raster(), frame, window);
    }
    out.reshape(window.height(), window.width(), 3);
    for (int y = 0; y < window.height(); y++) {
      ColourSpace.rgb(
          resamplers[0].row(y),
          resamplers[1].row(y),
          resamplers[2].row(y),
          window.width(),
          out.data(),
          y * window.width() * 3);
    }
  }

  /** Cuts a box, black where it sticks out, and transposes and mirrors it as the frame says. */
  static void cut(PixelBuffer in, Box box, Frame frame, PixelBuffer out) {
    int channels = in.channels();
    checkSize(box, in.height(), in.width());
    if (frame.transposed()) {
      transpose(in, box, frame, out);
      return;
    }
    out.reshape(box.height(), box.width(), channels);
    int stride = box.width() * channels;
    int low = Math.min(box.width(), Math.max(0, -box.left()));
    int high = Math.max(low, Math.min(box.width(), in.width() - box.left()));
    for (int y = 0; y < box.height(); y++) {
      int from = box.top() + y;
      int to = (frame.flipY() ? box.height() - 1 - y : y) * stride;
      if (from < 0 || from >= in.height() || low == high) {
        Arrays.fill(out.data(), to, to + stride, (byte) 0);
        continue;
      }
      int first = frame.flipX() ? box.width() - high : low;
      int last = first + high - low;
      Arrays.fill(out.data(), to, to + first * channels, (byte) 0);
      Arrays.fill(out.data(), to + last * channels, to + stride, (byte) 0);
      int start = (from * in.width() + box.left() + low) * channels;
      int next = to + first * channels;
      if (frame.flipX()) {
        Turn.mirror(in.data(), start, high - low, channels, out.data(), next);
      } else {
        System.arraycopy(in.data(), start, out.data(), next, (high - low) * channels);
      }
    }
  }

  /** In strips, so that what lies side by side in columns is still in the cache a row later. */
  private static void transpose(PixelBuffer in, Box box, Frame frame, PixelBuffer out) {
    out.reshape(box.width(), box.height(), in.channels());
    if (!box.inside(in.height(), in.width())) {
      Arrays.fill(out.data(), 0, box.height() * box.width() * in.channels(), (byte) 0);
    }
    int top = Math.max(0, -box.top());
    int bottom = Math.min(box.height(), in.height() - box.top());
    for (int y = top; y < bottom; y += STRIP) {
      transpose(in, box, y, Math.min(bottom, y + STRIP), frame, out);
    }
  }

  /** Moves rows of the box; the row of a pixel becomes its column. */
  private static void transpose(
      PixelBuffer in, Box box, int top, int bottom, Frame frame, PixelBuffer out) {
    int channels = in.channels();
    int stride = in.width() * channels;
    int column = frame.flipX() ? box.height() - bottom : top;
    int first = frame.flipX() ? bottom - 1 : top;
    int right = Math.min(box.width(), in.width() - box.left());
    for (int x = Math.max(0, -box.left()); x < right; x++) {
      int row = frame.flipY() ? box.width() - 1 - x : x;
      Turn.column(
          in.data(),
          (box.top() + first) * stride + (box.left() + x) * channels,
          frame.flipX() ? -stride : stride,
          bottom - top,
          channels,
          out.data(),
          (row * box.height() + column) * channels);
    }
  }

  /** Bounds what an image becomes by what it was, which was bounded before it was decoded. */
  static void checkSize(Box box, int height, int width) {
    long pixels = (long) box.height() * box.width();
    if (pixels > Math.max(MOST_ENLARGED, (long) height * width)) {
      throw new BadImageException(
          "%d x %d pixels become %d x %d (must be at most %d in all)"
              .formatted(width, height, box.width(), box.height(), MOST_ENLARGED));
    }
  }
}
