package io.millrace.image;

import io.millrace.image.JpegFile.Component;
import java.util.Arrays;

/**
 * Decodes the region of a plain JPEG that is needed, at 1, 1/2, 1/4 or 1/8 of its size; the pixels
 * are libjpeg's to the bit. All of the file is read and checked, but only blocks of the region are
 * transformed, and chroma that has to shrink as much as luma grows is never blown up.
 *
 * <p>Chosen over the native decoder by measurement: that one spends more time in getting pixels out
 * than in decoding, and prints to stderr. Not thread-safe.
 */
final class BaselineDecoder {
  private final EntropyReader entropy = new EntropyReader();
  private final InverseDct transform = new InverseDct();
  private final Plane[] planes = {new Plane(), new Plane(), new Plane()};
  private final ChromaRows chroma = new ChromaRows();
  private final int[] block = new int[64];
  private final int[] last = new int[3];

  /**
   * Decodes to {@code out} as [ceil(H / reduction), ceil(W / reduction), channels].
   *
   * @param file was read from {@code in} and is plain
   * @param region in pixels of the output; the rest of it is left undefined
   */
  void decode(
      JpegFile file, ByteReader in, int reduction, int channels, Box region, PixelBuffer out) {
    Component luma = file.components[0];
    int columns = ceil(file.width, 8 * luma.horizontal);
    int rows = ceil(file.height, 8 * luma.vertical);
    int used = channels == 1 ? 1 : file.count;
    for (int i = 0; i < file.count; i++) {
      int size = size(luma, file.components[i], 8 / reduction);
      planes[i].shape(file, file.components[i], size, columns, rows, i < used);
      planes[i].fit(
          8 / reduction * luma.horizontal, 8 / reduction * luma.vertical, file.components[i]);
      planes[i].need(region, ceil(file.height, reduction), ceil(file.width, reduction));
    }
    readBlocks(file, in, columns, rows);
    out.reshape(ceil(file.height, reduction), ceil(file.width, reduction), channels);
    chroma.write(planes, used, reduction < 8, region, out);
  }

  private static int ceil(int value, int divisor) {
    return (value + divisor - 1) / divisor;
  }

  /** Pixels of a transformed block: chroma makes up for its sampling as far as that goes. */
  private static int size(Component luma, Component component, int size) {
    boolean grows = luma.horizontal == 2 && luma.vertical == 2 && size < 8;
    return component.horizontal == 1 && grows ? 2 * size : size;
  }

  private void readBlocks(JpegFile file, ByteReader in, int columns, int rows) {
    entropy.open(in, file.scanStart);
    int untilRestart = 0;
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        if (untilRestart == 0) {
          entropy.nextInterval();
          Arrays.fill(last, 0);
          untilRestart = file.restartInterval == 0 ? Integer.MAX_VALUE : file.restartInterval;
        }
        untilRestart--;
        for (int i = 0; i < file.count; i++) {
          readUnit(file, i, x, y);
        }
      }
    }
    entropy.finish();
  }

  /** The blocks of one channel in one unit of all channels. */
  private void readUnit(JpegFile file, int channel, int unitX, int unitY) {
    Component component = file.components[channel];
    HuffmanTable dc = file.dc[component.dc];
    HuffmanTable ac = file.ac[component.ac];
    int[] quantisers = file.quantisers[component.quantiser];
    Plane plane = planes[channel];
    for (int v = 0; v < component.vertical; v++) {
      for (int h = 0; h < component.horizontal; h++) {
        last[channel] += entropy.read(dc, ac, quantisers, block);
        int x = unitX * component.horizontal + h;
        int y = unitY * component.vertical + v;
        if (plane.needs(x, y)) {
          block[0] = last[channel] * quantisers[0];
          transform.transform(block, plane.size, plane.data, plane.at(x, y), plane.stride);
        }
        Arrays.fill(block, 0);
      }
    }
  }

  /** The pixels of one channel, at its own resolution. */
  static final class Plane {
    byte[] data = new byte[0];
    int size;
    int stride;
    int height;
    int width;
    boolean wide;
    boolean high;
    private boolean used;
    private int top;
    private int left;
    private int bottom;
    private int right;

    void shape(JpegFile file, Component component, int size, int columns, int rows, boolean used) {
      Component luma = file.components[0];
      this.size = size;
      this.used = used;
      stride = columns * component.horizontal * size;
      height = ceil(file.height * component.vertical * size, luma.vertical * 8);
      width = ceil(file.width * component.horizontal * size, luma.horizontal * 8);
      int bytes = stride * rows * component.vertical * size;
      if (used && data.length < bytes) {
        data = new byte[bytes];
      }
    }

    /** Compares the pixels of a unit with those of luma. */
    void fit(int lumaWidth, int lumaHeight, Component component) {
      wide = component.horizontal * size == lumaWidth;
      high = component.vertical * size == lumaHeight;
    }

    /**
     * Marks the blocks of a region of the output, and the pixels beside it that smoothing takes.
     */
    void need(Box region, int outHeight, int outWidth) {
      top = (int) ((long) region.top() * height / outHeight - 2) / size;
      left = (int) ((long) region.left() * width / outWidth - 2) / size;
      bottom = (int) (((long) (region.top() + region.height()) * height / outHeight + 2) / size);
      right = (int) (((long) (region.left() + region.width()) * width / outWidth + 2) / size);
    }

    boolean needs(int x, int y) {
      return used && y >= top && y <= bottom && x >= left && x <= right;
    }

    int at(int x, int y) {
      return (y * stride + x) * size;
    }
  }
}
