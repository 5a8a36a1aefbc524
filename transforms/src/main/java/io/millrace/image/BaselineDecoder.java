package io.millrace.image;

import io.millrace.image.JpegFile.Component;
import java.util.Arrays;

/**
 * Decodes the region of a plain JPEG that is needed, at 1, 1/2, 1/4 or 1/8 of its size; the pixels
 * are libjpeg's to the bit. The coded data is read and checked down to the last row of the region,
 * only blocks of the region are transformed, and chroma that has to shrink as much as luma grows is
 * never blown up.
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
    int used = channels == 1 ? 1 : file.count;
    read(file, in, reduction, used, region);
    out.reshape(ceil(file.height, reduction), ceil(file.width, reduction), channels);
    chroma.write(planes, used, reduction < 8, region, out);
  }

  /**
   * Decodes the first {@code used} channels, each at its own resolution; valid until the next call.
   */
  Plane[] read(JpegFile file, ByteReader in, int reduction, int used, Box region) {
    Component luma = file.components[0];
    int columns = ceil(file.width, 8 * luma.horizontal);
    int rows = ceil(file.height, 8 * luma.vertical);
    int needed = 0;
    for (int i = 0; i < file.count; i++) {
      Component component = file.components[i];
      int size = size(luma, component, 8 / reduction);
      planes[i].shape(file, component, size, columns, rows, i < used);
      planes[i].fit(8 / reduction * luma.horizontal, 8 / reduction * luma.vertical, component);
      planes[i].need(region, ceil(file.height, reduction), ceil(file.width, reduction));
      needed = Math.max(needed, planes[i].unitRows(component));
    }
    readBlocks(file, in, columns, Math.min(rows, needed));
    if (needed >= rows) {
      entropy.finish();
    } else {
      entropy.requireEnough();
    }
    return planes;
  }

  static int ceil(int value, int divisor) {
    return (value + divisor - 1) / divisor;
  }

  /** Pixels of a transformed block: chroma makes up for its sampling as far as that goes. */
  private static int size(Component luma, Component component, int size) {
    boolean grows = luma.horizontal == 2 && luma.vertical == 2 && size < 8;
    return component.horizontal == 1 && grows ? 2 * size : size;
  }

  private void readBlocks(JpegFile file, ByteReader in, int columns, int rows) {
    entropy.open(in, file.scanStart);
    Arrays.fill(block, 0); // a corrupt image may have left some
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
        last[channel] += entropy.difference(dc);
        int x = unitX * component.horizontal + h;
        int y = unitY * component.vertical + v;
        if (plane.needs(x, y)) {
          int level = last[channel] * quantisers[0];
          write(plane, level, entropy.coefficients(ac, quantisers, block), plane.at(x, y));
        } else {
          entropy.skip(ac);
        }
      }
    }
  }

  private void write(Plane plane, int level, int coefficients, int at) {
    if (coefficients == 0) {
      InverseDct.flat(level, plane.size, plane.data, at, plane.stride);
    } else {
      block[0] = level;
      transform.transform(block, plane.size, plane.data, at, plane.stride);
      Arrays.fill(block, 0);
    }
  }
}
