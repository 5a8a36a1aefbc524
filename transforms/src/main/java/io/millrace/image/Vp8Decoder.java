package io.millrace.image;

/**
 * Lossy WebP: one key frame of VP8, to the bit what libwebp makes of it, in Java because native
 * decoders of WebP have been a way into other people's machines (CVE-2023-4863).
 *
 * <p>Source: Bankoski et al., "VP8 Data Format and Decoding Guide", 2011, RFC 6386. Differs from
 * it: chroma is upsampled as libwebp does.
 */
final class Vp8Decoder {
  private final Vp8Header header;
  private final int columns;
  private final int rows;
  private final Vp8Plane[] planes;
  private final Vp8Modes modes;
  private final Vp8Coefficients coefficients;

  /** Strength of the loop filter of each macroblock, and INNER if it has edges inside. */
  private final byte[] filters;

  private static final int INNER = 64;

  private Vp8Decoder(ByteReader in) {
    header = new Vp8Header(in);
    columns = header.width + 15 >> 4;
    rows = header.height + 15 >> 4;
    planes =
        new Vp8Plane[] {
          new Vp8Plane(16 * columns, 16 * rows),
          new Vp8Plane(8 * columns, 8 * rows),
          new Vp8Plane(8 * columns, 8 * rows)
        };
    modes = new Vp8Modes(header, columns);
    coefficients = new Vp8Coefficients(header, columns);
    filters = new byte[columns * rows];
  }

  /** Writes the frame of a {@code VP8} chunk at (x, y) of {@code out}. */
  static void decode(ByteReader in, int x, int y, PixelBuffer out) {
    Vp8Decoder frame = new Vp8Decoder(in);
    frame.predict();
    frame.filter();
    new Vp8Colours(frame.planes, frame.header.width, frame.header.height).write(x, y, out);
  }

  private void predict() {
    for (int row = 0; row < rows; row++) {
      BoolReader in = header.partitions[row & header.partitions.length - 1];
      modes.startRow();
      coefficients.startRow();
      for (int column = 0; column < columns; column++) {
        modes.read(column);
        boolean any = false;
        if (modes.skipped) {
          coefficients.skip(column, modes.parts);
        } else {
          any = coefficients.read(in, column, modes.parts, header.quantisers[modes.segment]);
        }
        int level = header.levels[modes.segment][modes.parts ? 1 : 0];
        filters[row * columns + column] = (byte) (any || modes.parts ? level | INNER : level);
        luma(16 * column, 16 * row, any);
        chroma(8 * column, 8 * row, any);
      }
    }
  }

  private void luma(int x, int y, boolean any) {
    if (!modes.parts) {
      planes[0].predict(modes.luma, x, y, 16);
    }
    for (int i = 0; i < 16; i++) {
      int partX = x + 4 * (i & 3);
      int partY = y + (i & ~3);
      if (modes.parts) {
        planes[0].predictPart(modes.partModes[i], partX, partY);
      }
      if (any) {
        add(planes[0], i, partX, partY);
      }
    }
  }

  private void chroma(int x, int y, boolean any) {
    for (int plane = 1; plane < 3; plane++) {
      planes[plane].predict(modes.chroma, x, y, 8);
      for (int i = 0; any && i < 4; i++) {
        add(planes[plane], 12 + 4 * plane + i, x + 4 * (i & 1), y + 4 * (i >> 1));
      }
    }
  }

  private void add(Vp8Plane plane, int block, int x, int y) {
    Vp8Transform.add(coefficients.blocks, 16 * block, plane.data, plane.at(x, y), plane.stride);
  }

  private void filter() {
    Vp8LoopFilter filter = new Vp8LoopFilter(header);
    for (int i = 0; i < filters.length; i++) {
      int level = filters[i] & INNER - 1;
      if (level > 0) {
        filter.filter(planes, i % columns, i / columns, level, (filters[i] & INNER) != 0);
      }
    }
  }
}
