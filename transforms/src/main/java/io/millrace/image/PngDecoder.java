package io.millrace.image;

import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * PNG of every colour type, depth and interlacing, in Java: the checksum of each chunk is checked,
 * and nothing is allocated an image once the buffers have grown. Alpha is dropped and 16 bits keep
 * their high byte, as Pillow does for RGB.
 *
 * <p>Source: W3C, "Portable Network Graphics Specification (Second Edition)", 2003. Not
 * thread-safe.
 */
final class PngDecoder implements AutoCloseable {
  static final int BATCH_BYTES = 1 << 16;
  private static final String IEND = "\0\0\0\0IEND";

  /** Bytes behind the pixels that are inflated for the checksum that follows on them. */
  private static final int MOST_SURPLUS = 1 << 22;

  private static final int[][] WHOLE = {{0, 0, 1, 1}};

  /** First column, first row, column step, row step of each pass. */
  private static final int[][] ADAM7 = {
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
  };

  private final Inflater inflater = new Inflater();
  private final CRC32 crc = new CRC32();
  private final PngPixels pixels = new PngPixels();
  private byte[] raw = new byte[0];
  private ByteReader in;
  private int next;

  /** Decodes to {@code out} as [H, W, channels], channels 1 or 3. */
  void decode(ByteReader file, int channels, PixelBuffer out) {
    in = file;
    next = 8;
    inflater.reset();
    int header = chunk("IHDR");
    int width = in.s32(header);
    int height = in.s32(header + 4);
    pixels.format(in.u8(header + 8), in.u8(header + 9));
    if (in.u8(header + 10) != 0 || in.u8(header + 11) != 0 || in.u8(header + 12) > 1) {
      throw new BadImageException("corrupt PNG, unknown compression, filter or interlacing");
    }
    nextData();
    pixels.checkPalette();
    out.reshape(height, width, channels);
    for (int[] pass : in.u8(header + 12) == 0 ? WHOLE : ADAM7) {
      int columns = (width - pass[0] + pass[2] - 1) / pass[2];
      int rows = (height - pass[1] + pass[3] - 1) / pass[3];
      if (columns > 0 && rows > 0) {
        pass(pass, columns, rows, out);
      }
    }
    finish();
  }

  /** Inflates, unfilters and stores one pass; row 0 of the batch is the one before it. */
  private void pass(int[] pass, int columns, int rows, PixelBuffer out) {
    int stride = pixels.rowBytes(columns) + 1;
    int batch = Math.min(rows, Math.max(1, BATCH_BYTES / stride));
    if ((batch + 1L) * stride > Integer.MAX_VALUE - 8) {
      throw new BadImageException("rows of %d bytes".formatted(stride));
    }
    if (raw.length < (batch + 1) * stride) {
      raw = new byte[(batch + 1) * stride];
    }
    java.util.Arrays.fill(raw, 0, stride, (byte) 0);
    for (int row = 0; row < rows; row += batch) {
      int count = Math.min(batch, rows - row);
      inflate(stride, count * stride);
      for (int i = 1; i <= count; i++) {
        PngFilter.undo(raw, i * stride, stride, pixels.pixelBytes());
        int y = pass[1] + (row + i - 1) * pass[3];
        pixels.store(raw, i * stride + 1, columns, out, y * out.width() + pass[0], pass[2]);
      }
      System.arraycopy(raw, count * stride, raw, 0, stride);
    }
  }

  private void inflate(int at, int count) {
    try {
      for (int done = 0; done < count; ) {
        int bytes = inflater.inflate(raw, at + done, count - done);
        done += bytes;
        if (bytes == 0 && (inflater.finished() || inflater.needsDictionary())) {
          throw new BadImageException("corrupt PNG, too little pixel data");
        }
        if (bytes == 0) {
          nextData();
        }
      }
    } catch (DataFormatException e) {
      throw new BadImageException("corrupt PNG, " + e.getMessage(), e);
    }
  }

  /**
   * Checks what stands behind the pixels, which are all there: the checksum over them, if there is
   * one, and every chunk. More data than pixels and a missing end take nothing from the picture.
   */
  private void finish() {
    try {
      for (int surplus = 0; surplus < MOST_SURPLUS && !inflater.finished(); ) {
        int bytes = inflater.inflate(raw, 0, raw.length);
        surplus += bytes;
        if (bytes == 0 && !inflater.finished() && !moreData()) {
          break;
        }
      }
    } catch (DataFormatException e) {
      throw new BadImageException("corrupt PNG, " + e.getMessage(), e);
    }
    while (next < in.length() && !atEnd()) {
      chunk(null);
    }
    if (in.length() - next >= 12) {
      chunk("IEND");
    }
  }

  /** Whether the IEND chunk comes next, or the part of it that is left. */
  private boolean atEnd() {
    int left = Math.min(8, in.length() - next);
    return in.text(next, left).equals(IEND.substring(0, left));
  }

  /** Hands the next IDAT chunk to the inflater, if there is one. */
  private boolean moreData() {
    while (next < in.length() && !atEnd()) {
      int size = in.s32(next);
      String type = in.text(next + 4, 4);
      int at = chunk(null);
      if (type.equals("IDAT")) {
        inflater.setInput(in.data(), in.offset() + at, size);
        return true;
      }
    }
    return false;
  }

  /** Hands the next IDAT chunk to the inflater; notes a palette on the way. */
  private void nextData() {
    while (true) {
      int size = in.s32(next);
      String type = in.text(next + 4, 4);
      int at = chunk(null);
      switch (type) {
        case "IDAT" -> {
          inflater.setInput(in.data(), in.offset() + at, size);
          return;
        }
        case "PLTE" -> pixels.palette(in.data(), in.offset() + at, size);
        case "IEND" -> throw new BadImageException("corrupt PNG, too little pixel data");
        default -> {}
      }
    }
  }

  /** Checks the next chunk and steps over it; returns where its data starts. */
  private int chunk(String expected) {
    int size = next + 8 <= in.length() ? in.s32(next) : -1;
    if (size < 0 || size > in.length() - next - 12) {
      throw new BadImageException("truncated PNG, %d bytes".formatted(in.length()));
    }
    int at = next + 8;
    crc.reset();
    crc.update(in.data(), in.offset() + next + 4, size + 4);
    if ((int) crc.getValue() != in.s32(at + size)) {
      throw new BadImageException("corrupt PNG, checksum of the chunk at byte " + next);
    }
    if (expected != null && !in.text(next + 4, 4).equals(expected)) {
      throw new BadImageException("corrupt PNG, no %s chunk at byte %d".formatted(expected, next));
    }
    next = at + size + 4;
    return at;
  }

  @Override
  public void close() {
    inflater.end();
  }
}
