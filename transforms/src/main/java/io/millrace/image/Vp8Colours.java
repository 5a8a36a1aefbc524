package io.millrace.image;

/**
 * Planes of VP8 to pixels, as libwebp does by default: chroma at half the size is weighed 9, 3, 3,
 * 1 by nearness, and YCbCr of video range becomes RGB in 14-bit fixed point.
 */
final class Vp8Colours {
  private final Vp8Plane[] planes;
  private final int width;
  private final int height;
  private final int[][] chroma;

  Vp8Colours(Vp8Plane[] planes, int width, int height) {
    this.planes = planes;
    this.width = width;
    this.height = height;
    chroma = new int[3][width + 2];
  }

  /** Writes the frame at (left, top) of {@code out}. */
  void write(int left, int top, PixelBuffer out) {
    int last = (height - 1) / 2;
    for (int y = 0; y < height; y++) {
      int near = y / 2;
      int far = Math.min(last, (y & 1) == 0 ? Math.max(0, near - 1) : near + 1);
      upsample(planes[1], near, far, chroma[1]);
      upsample(planes[2], near, far, chroma[2]);
      int luma = planes[0].at(0, y);
      int pixel = (top + y) * out.width() + left;
      for (int x = 0; x < width; x++) {
        int colour = rgb(planes[0].data[luma + x] & 0xff, chroma[1][x], chroma[2][x]);
        ColourSpace.put(out, pixel + x, colour);
      }
    }
  }

  private void upsample(Vp8Plane plane, int nearRow, int farRow, int[] out) {
    byte[] data = plane.data;
    int near = plane.at(0, nearRow);
    int far = plane.at(0, farRow);
    out[0] = end(data[near] & 0xff, data[far] & 0xff);
    int pairs = (width - 1) / 2;
    for (int i = 1; i <= pairs; i++) {
      int nearLeft = data[near + i - 1] & 0xff;
      int nearRight = data[near + i] & 0xff;
      int farLeft = data[far + i - 1] & 0xff;
      int farRight = data[far + i] & 0xff;
      int sum = nearLeft + nearRight + farLeft + farRight + 8;
      int rising = sum + 2 * (nearRight + farLeft) >> 3;
      int falling = sum + 2 * (nearLeft + farRight) >> 3;
      out[2 * i - 1] = rising + nearLeft >> 1;
      out[2 * i] = falling + nearRight >> 1;
    }
    if ((width & 1) == 0) {
      out[width - 1] = end(data[near + pairs] & 0xff, data[far + pairs] & 0xff);
    }
  }

  private static int end(int near, int far) {
    return 3 * near + far + 2 >> 2;
  }

  private static int rgb(int y, int u, int v) {
    int level = y * 19077 >> 8;
    int red = clip(level + (v * 26149 >> 8) - 14234);
    int green = clip(level - (u * 6419 >> 8) - (v * 13320 >> 8) + 8708);
    int blue = clip(level + (u * 33050 >> 8) - 17685);
    return red << 16 | green << 8 | blue;
  }

  private static int clip(int value) {
    return Math.max(0, Math.min(255, value >> 6));
  }
}
