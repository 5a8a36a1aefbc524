package io.millrace.image;

import java.util.Arrays;

/** Makes the pixels of a frame. Holds scratch memory; not thread-safe. */
final class Renderer {
  private final Resampler resampler = new Resampler();
  private final PixelBuffer scaled = new PixelBuffer();

  /**
   * Renders {@code frame} to {@code out}.
   *
   * @param in the image at 1/reduction of the size that the frame refers to
   */
  void render(PixelBuffer in, int reduction, Frame frame, PixelBuffer out) {
    Box window = frame.window();
    if (!frame.resampled()) {
      cut(in, window, frame, out);
    } else if (window.inside(frame.scaledHeight(), frame.scaledWidth())) {
      resample(in, reduction, frame, scaled);
      cut(scaled, Box.whole(window.height(), window.width()), frame, out);
    } else {
      Box all = Box.whole(frame.scaledHeight(), frame.scaledWidth());
      resampler.resample(in, reduction, frame, all, scaled);
      cut(scaled, window, frame, out);
    }
  }

  /** Resamples a frame whose window lies inside; flips are left to the caller. */
  void resample(PixelBuffer in, int reduction, Frame frame, PixelBuffer out) {
    resampler.resample(in, reduction, frame, frame.window(), out);
  }

  private static void cut(PixelBuffer in, Box box, Frame frame, PixelBuffer out) {
    int channels = in.channels();
    out.reshape(box.height(), box.width(), channels);
    int stride = box.width() * channels;
    int low = Math.max(0, -box.left());
    int high = Math.max(low, Math.min(box.width(), in.width() - box.left()));
    for (int y = 0; y < box.height(); y++) {
      int from = box.top() + y;
      int to = (frame.flipY() ? box.height() - 1 - y : y) * stride;
      if (from < 0 || from >= in.height()) {
        Arrays.fill(out.data(), to, to + stride, (byte) 0);
        continue;
      }
      Arrays.fill(out.data(), to, to + low * channels, (byte) 0);
      Arrays.fill(out.data(), to + high * channels, to + stride, (byte) 0);
      int start = (from * in.width() + box.left() + low) * channels;
      System.arraycopy(in.data(), start, out.data(), to + low * channels, (high - low) * channels);
      if (frame.flipX()) {
        mirror(out.data(), to, box.width(), channels);
      }
    }
  }

  private static void mirror(byte[] data, int from, int width, int channels) {
    for (int left = 0, right = width - 1; left < right; left++, right--) {
      for (int c = 0; c < channels; c++) {
        int a = from + left * channels + c;
        int b = from + right * channels + c;
        byte value = data[a];
        data[a] = data[b];
        data[b] = value;
      }
    }
  }
}
