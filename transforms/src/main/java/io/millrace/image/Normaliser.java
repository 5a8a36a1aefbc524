package io.millrace.image;

import java.nio.FloatBuffer;

/**
 * {@code (pixel / 255 - mean) / deviation} by channel, through a table of all 256 values. Not
 * thread-safe.
 */
final class Normaliser {
  private final float[][] tables;
  private final float[][] recoloured;
  private float[][] used;
  private float[] row = new float[0];

  Normaliser(int channels, float[] mean, float[] deviation) {
    if (mean.length != channels || deviation.length != channels) {
      throw new IllegalArgumentException(
          "Invalid mean and deviation: %d and %d values (must be %d, one a channel)"
              .formatted(mean.length, deviation.length, channels));
    }
    tables = new float[channels][256];
    for (int c = 0; c < channels; c++) {
      if (!(deviation[c] > 0) || !Float.isFinite(mean[c]) || !Float.isFinite(deviation[c])) {
        throw new IllegalArgumentException(
            "Invalid mean and deviation: %s and %s (must be finite, deviation > 0)"
                .formatted(mean[c], deviation[c]));
      }
      for (int value = 0; value < 256; value++) {
        tables[c][value] = (float) ((value / 255.0 - mean[c]) / deviation[c]);
      }
    }
    recoloured = new float[channels][256];
    used = tables;
  }

  /** Writes by what becomes of the levels first, until told otherwise. */
  void use(LevelTable levels) {
    used = levels.isIdentity() ? tables : recoloured;
    for (int c = 0; c < tables.length && used != tables; c++) {
      for (int value = 0; value < 256; value++) {
        recoloured[c][value] = tables[c][levels.of(c, value)];
      }
    }
  }

  /** Writes {@code box} of {@code in}, mirrored as told and black where it sticks out, as NHWC. */
  void write(PixelBuffer in, Box box, boolean flipX, boolean flipY, FloatBuffer out) {
    int channels = tables.length;
    int size = box.width() * channels;
    if (row.length < size) {
      row = new float[size];
    }
    int low = Math.min(box.width(), Math.max(0, -box.left()));
    int high = Math.max(low, Math.min(box.width(), in.width() - box.left()));
    for (int i = 0; i < box.height(); i++) {
      int y = box.top() + (flipY ? box.height() - 1 - i : i);
      boolean outside = y < 0 || y >= in.height();
      fill(flipX, 0, outside ? box.width() : low, box.width());
      fill(flipX, outside ? box.width() : high, box.width(), box.width());
      if (!outside) {
        int from = (y * in.width() + box.left() + low) * channels;
        int first = (flipX ? box.width() - 1 - low : low) * channels;
        look(in.data(), from, first, flipX ? -channels : channels, high - low);
      }
      out.put(row, 0, size);
    }
  }

  private void look(byte[] data, int from, int first, int step, int count) {
    if (tables.length == 3) {
      lookRgb(data, from, first, step, count);
      return;
    }
    for (int x = 0; x < count; x++) {
      row[first + x * step] = used[0][data[from + x] & 0xff];
    }
  }

  private void lookRgb(byte[] data, int from, int first, int step, int count) {
    float[] red = used[0];
    float[] green = used[1];
    float[] blue = used[2];
    float[] to = row;
    for (int i = from, next = first; i < from + 3 * count; i += 3, next += step) {
      to[next] = red[data[i] & 0xff];
      to[next + 1] = green[data[i + 1] & 0xff];
      to[next + 2] = blue[data[i + 2] & 0xff];
    }
  }

  /** Black for columns {@code from .. to} of the unmirrored row. */
  private void fill(boolean flipX, int from, int to, int width) {
    for (int x = from; x < to; x++) {
      int column = flipX ? width - 1 - x : x;
      for (int c = 0; c < tables.length; c++) {
        row[column * tables.length + c] = tables[c][0];
      }
    }
  }
}
