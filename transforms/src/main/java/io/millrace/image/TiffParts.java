package io.millrace.image;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The strips or tiles of a TIFF, unpacked. Every one must hold all of its rows. */
final class TiffParts {
  private static final int PLAIN = 1;
  private static final int LZW = 5;
  private static final int DEFLATE = 8;
  private static final int DEFLATE_BEFORE = 32946;
  private static final int PACK_BITS = 32773;

  private final ByteReader in;
  private final TiffDirectory tags;
  private final int offsets;
  private final int sizes;
  private final int rowBytes;
  private final int samples;
  private final int packing;

  TiffParts(ByteReader in, TiffDirectory tags, boolean tiled, int rowBytes, int samples) {
    this.in = in;
    this.tags = tags;
    this.rowBytes = rowBytes;
    this.samples = samples;
    offsets = tiled ? TiffDirectory.TILES : TiffDirectory.STRIPS;
    sizes = tiled ? TiffDirectory.TILE_BYTES : TiffDirectory.STRIP_BYTES;
    packing = tags.value(TiffDirectory.PACKING, 0, PLAIN);
  }

  static void checkPacking(TiffDirectory tags) {
    int packing = tags.value(TiffDirectory.PACKING, 0, PLAIN);
    String name =
        switch (packing) {
          case PLAIN, LZW, DEFLATE, DEFLATE_BEFORE, PACK_BITS -> null;
          case 2, 3, 4 -> "fax coding";
          case 6, 7 -> "JPEG inside";
          case 34925 -> "LZMA";
          case 50000 -> "Zstandard";
          case 50001 -> "WebP inside";
          default -> "packing " + packing;
        };
    if (name != null) {
      throw new BadImageException(
          "TIFF with %s (must be plain, LZW, Deflate or PackBits)".formatted(name));
    }
    int bits = tags.value(TiffDirectory.BITS, 0, 1);
    int predictor = tags.value(TiffDirectory.PREDICTOR, 0, 1);
    boolean differences = predictor == 2 && bits >= 8;
    if (predictor != 1 && !differences) {
      throw new BadImageException(
          "TIFF with predictor %d of %d bits (must be 1, or 2 of 8 or 16 bits)"
              .formatted(predictor, bits));
    }
  }

  static int mostBytesAByte(TiffDirectory tags) {
    return switch (tags.value(TiffDirectory.PACKING, 0, PLAIN)) {
      case LZW -> (1 << 12) * 8 / 12;
      case PACK_BITS -> 64;
      case PLAIN -> 1;
      default -> 1032;
    };
  }

  /** Reads {@code rows} of a part to the start of {@code out}. */
  void read(int part, int rows, byte[] out) {
    int size = rows * rowBytes;
    ByteReader data = part(part, size);
    int read =
        switch (packing) {
          case LZW -> LzwReader.ofTiff(data).read(out, 0, size);
          case PACK_BITS -> packBits(data, out, size);
          case PLAIN -> plain(data, out, size);
          default -> inflate(data, out, size);
        };
    if (read < size) {
      throw new BadImageException("corrupt TIFF, too little pixel data");
    }
    if (tags.value(TiffDirectory.PREDICTOR, 0, 1) == 2) {
      for (int row = 0; row < rows; row++) {
        addUp(out, row * rowBytes);
      }
    }
  }

  private ByteReader part(int part, int size) {
    int at = tags.value(offsets, part);
    int bytes = tags.value(sizes, part, size);
    if (at > in.length() - bytes) {
      throw new BadImageException("truncated TIFF, %d bytes".formatted(in.length()));
    }
    ByteReader data = in.slice(at, bytes);
    return tags.value(TiffDirectory.FILL_ORDER, 0, 1) == 2 ? reversed(data) : data;
  }

  /** The bits of each byte in their usual order. */
  private static ByteReader reversed(ByteReader data) {
    byte[] bytes = data.bytes(0, data.length());
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (Integer.reverse(bytes[i]) >>> 24);
    }
    return new ByteReader(bytes, 0, bytes.length);
  }

  private static int plain(ByteReader data, byte[] out, int size) {
    int bytes = Math.min(size, data.length());
    System.arraycopy(data.data(), data.offset(), out, 0, bytes);
    return bytes;
  }

  private static int inflate(ByteReader data, byte[] out, int size) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(data.data(), data.offset(), data.length());
      int done = 0;
      int bytes = 1;
      while (done < size && bytes > 0) {
        bytes = inflater.inflate(out, done, size - done);
        done += bytes;
      }
      return done;
    } catch (DataFormatException e) {
      throw new BadImageException("corrupt TIFF, " + e.getMessage(), e);
    } finally {
      inflater.end();
    }
  }

  private static int packBits(ByteReader data, byte[] out, int size) {
    int done = 0;
    for (int at = 0; done < size && at < data.length(); ) {
      int count = (byte) data.u8(at++);
      if (count >= 0) {
        int bytes = Math.min(size - done, count + 1);
        if (at + bytes > data.length()) {
          return done;
        }
        System.arraycopy(data.data(), data.offset() + at, out, done, bytes);
        done += bytes;
        at += count + 1;
      } else if (count > -128) {
        int bytes = Math.min(size - done, 1 - count);
        java.util.Arrays.fill(out, done, done + bytes, (byte) data.u8(at++));
        done += bytes;
      }
    }
    return done;
  }

  /** Sums a row of differences from the pixel before. */
  private void addUp(byte[] data, int row) {
    if (tags.value(TiffDirectory.BITS, 0, 1) == 8) {
      for (int i = row + samples; i < row + rowBytes; i++) {
        data[i] += data[i - samples];
      }
      return;
    }
    int low = tags.littleEndian() ? 0 : 1;
    for (int i = row + 2 * samples; i < row + rowBytes; i += 2) {
      int before = i - 2 * samples;
      int sum = number(data, before, low) + number(data, i, low);
      data[i + low] = (byte) sum;
      data[i + 1 - low] = (byte) (sum >> 8);
    }
  }

  private static int number(byte[] data, int at, int low) {
    return data[at + low] & 0xff | (data[at + 1 - low] & 0xff) << 8;
  }
}
