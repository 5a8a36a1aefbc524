package io.millrace.image;

/**
 * Planes to pixels: chroma rows are brought to the width and height of luma by the triangle filter
 * (3/4 of the nearer, 1/4 of the farther sample each way), then YCbCr becomes RGB. Not thread-safe.
 */
final class ChromaRows {
  private byte[] blue = new byte[0];
  private byte[] red = new byte[0];

  /**
   * Writes a region of the output.
   *
   * @param smooth whether chroma is filtered or repeated
   */
  void write(Plane[] planes, int used, boolean smooth, Box region, PixelBuffer out) {
    int from = region.left();
    int to = region.left() + region.width();
    if (red.length < out.width() + 2) {
      red = new byte[out.width() + 2];
      blue = new byte[out.width() + 2];
    }
    for (int y = region.top(); y < region.top() + region.height(); y++) {
      int luma = y * planes[0].stride;
      if (out.channels() == 1) {
        System.arraycopy(
            planes[0].data, luma + from, out.data(), y * out.width() + from, to - from);
      } else if (used == 1) {
        grey(planes[0].data, luma, from, to, y, out);
      } else {
        row(planes[1], y, smooth, from, to, blue);
        row(planes[2], y, smooth, from, to, red);
        int at = (y * out.width() + from) * 3;
        ColourSpace.rgb(planes[0].data, luma + from, blue, red, from, to - from, out, at);
      }
    }
  }

  private static void grey(byte[] luma, int at, int from, int to, int y, PixelBuffer out) {
    byte[] data = out.data();
    int next = (y * out.width() + from) * 3;
    for (int x = from; x < to; x++) {
      byte level = luma[at + x];
      data[next] = level;
      data[next + 1] = level;
      data[next + 2] = level;
      next += 3;
    }
  }

  private static void row(Plane plane, int y, boolean smooth, int from, int to, byte[] out) {
    byte[] data = plane.data;
    if (plane.wide) { // full width goes with full height in the samplings that are read
      System.arraycopy(data, y * plane.stride + from, out, from, to - from);
    } else if (!smooth || plane.width <= 2) {
      int at = (plane.high ? y : y / 2) * plane.stride;
      for (int x = from; x < to; x++) {
        out[x] = data[at + x / 2];
      }
    } else if (plane.high) {
      halfWidth(data, y * plane.stride, plane.width, from, to, out);
    } else {
      int far = (y & 1) == 0 ? Math.max(0, y / 2 - 1) : Math.min(plane.height - 1, y / 2 + 1);
      quarter(data, y / 2 * plane.stride, far * plane.stride, plane.width, from, to, out);
    }
  }

  private static void halfWidth(byte[] data, int at, int width, int from, int to, byte[] out) {
    for (int x = from & ~1; x < to; x += 2) {
      int i = x / 2;
      int own = data[at + i] & 0xff;
      int before = i == 0 ? own : data[at + i - 1] & 0xff;
      int after = i == width - 1 ? own : data[at + i + 1] & 0xff;
      out[x] = (byte) ((3 * own + before + 1) >> 2);
      out[x + 1] = (byte) ((3 * own + after + 2) >> 2);
    }
  }

  private static void quarter(
      byte[] data, int near, int far, int width, int from, int to, byte[] out) {
    int i = from / 2;
    int before = column(data, near, far, Math.max(0, i - 1));
    int own = column(data, near, far, i);
    for (int x = from & ~1; x < to; x += 2) {
      int after = i == width - 1 ? own : column(data, near, far, i + 1);
      out[x] = (byte) ((3 * own + before + 8) >> 4);
      out[x + 1] = (byte) ((3 * own + after + 7) >> 4);
      before = own;
      own = after;
      i++;
    }
  }

  private static int column(byte[] data, int near, int far, int i) {
    return 3 * (data[near + i] & 0xff) + (data[far + i] & 0xff);
  }
}
