package io.millrace.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Pixels to PNG, 8 bits a channel, grey or RGB. Packed, each row takes the filter whose output has
 * the least sum of absolute values (PNG specification, section 12.8, "Filter selection").
 */
final class PngEncoder {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int FILTERS = 5;
  private static final int FRAME = 57; // bytes around the pixels

  private PngEncoder() {}

  static byte[] encode(PixelBuffer image) {
    return file(image, packed(filtered(image), Deflater.BEST_COMPRESSION));
  }

  /** The same picture for a reader that comes at once: it takes more bytes and hardly any time. */
  static byte[] unpacked(PixelBuffer image) {
    return file(image, packed(unfiltered(image), Deflater.NO_COMPRESSION));
  }

  private static byte[] file(PixelBuffer image, byte[] pixels) {
    var out = new ByteArrayOutputStream(pixels.length + FRAME);
    out.writeBytes(SIGNATURE);
    ByteBuffer header = ByteBuffer.allocate(13);
    header.putInt(image.width()).putInt(image.height()).put((byte) 8);
    header.put((byte) (image.channels() == 1 ? 0 : 2));
    chunk(out, "IHDR", header.array());
    chunk(out, "IDAT", pixels);
    chunk(out, "IEND", new byte[0]);
    return out.toByteArray();
  }

  private static byte[] packed(byte[] rows, int level) {
    byte[] packed = new byte[rows.length + rows.length / 1000 + 64];
    Deflater deflater = new Deflater(level);
    try {
      deflater.setInput(rows);
      deflater.finish();
      int length = 0;
      while (!deflater.finished()) {
        length += deflater.deflate(packed, length, packed.length - length);
      }
      return Arrays.copyOf(packed, length);
    } finally {
      deflater.end();
    }
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] data) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
    out.writeBytes(name);
    out.writeBytes(data);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }

  /** Each row behind a byte that says "no filter". */
  private static byte[] unfiltered(PixelBuffer image) {
    int width = image.width() * image.channels();
    byte[] out = new byte[image.height() * (width + 1)];
    for (int y = 0; y < image.height(); y++) {
      System.arraycopy(image.data(), y * width, out, y * (width + 1) + 1, width);
    }
    return out;
  }

  private static byte[] filtered(PixelBuffer image) {
    int step = image.channels();
    int width = image.width() * step;
    byte[] out = new byte[image.height() * (width + 1)];
    byte[] above = new byte[width];
    byte[] row = new byte[width];
    byte[] tried = new byte[width];
    for (int y = 0; y < image.height(); y++) {
      System.arraycopy(image.data(), y * width, row, 0, width);
      long least = Long.MAX_VALUE;
      for (int filter = 0; filter < FILTERS; filter++) {
        long sum = apply(filter, row, above, step, tried);
        if (sum < least) {
          least = sum;
          out[y * (width + 1)] = (byte) filter;
          System.arraycopy(tried, 0, out, y * (width + 1) + 1, width);
        }
      }
      byte[] spare = above;
      above = row;
      row = spare;
    }
    return out;
  }

  private static long apply(int filter, byte[] row, byte[] above, int step, byte[] out) {
    long sum = 0;
    for (int x = 0; x < row.length; x++) {
      int left = x < step ? 0 : row[x - step] & 0xff;
      int up = above[x] & 0xff;
      int corner = x < step ? 0 : above[x - step] & 0xff;
      int predicted =
          switch (filter) {
            case 0 -> 0;
            case 1 -> left;
            case 2 -> up;
            case 3 -> (left + up) / 2;
            default -> PngFilter.paeth(left, up, corner);
          };
      out[x] = (byte) (row[x] - predicted);
      sum += Math.abs(out[x]);
    }
    return sum;
  }
}
