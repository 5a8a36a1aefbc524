package io.millrace.image;

import java.util.HashMap;
import java.util.Map;

/** The tags of a TIFF's first image: unsigned whole numbers, where they are such. */
final class TiffDirectory {
  static final int WIDTH = 256;
  static final int HEIGHT = 257;
  static final int BITS = 258;
  static final int PACKING = 259;
  static final int COLOURS = 262;
  static final int FILL_ORDER = 266;
  static final int STRIPS = 273;
  static final int ORIENTATION = 274;
  static final int SAMPLES = 277;
  static final int STRIP_ROWS = 278;
  static final int STRIP_BYTES = 279;
  static final int PLANES = 284;
  static final int PREDICTOR = 317;
  static final int PALETTE = 320;
  static final int TILE_WIDTH = 322;
  static final int TILE_HEIGHT = 323;
  static final int TILES = 324;
  static final int TILE_BYTES = 325;
  static final int EXTRA = 338;
  static final int NUMBER_KIND = 339;
  static final int XMP = 700;

  private static final int[] BYTES = {0, 1, 1, 2, 4};

  private record Tag(int at, int bytes, int count) {}

  private final ByteReader in;
  private final boolean little;
  private final Map<Integer, Tag> tags = new HashMap<>();

  TiffDirectory(ByteReader in) {
    this.in = in;
    little = in.u8(0) == 'I';
    if (in.number(2, 2, little) != 42) {
      throw new BadImageException("BigTIFF (must be TIFF of 32 bits)");
    }
    int start = position(in.number(4, 4, little), 2);
    int count = (int) in.number(start, 2, little);
    for (int i = 0; i < count; i++) {
      int at = start + 2 + 12 * i;
      int type = (int) in.number(at + 2, 2, little);
      long values = in.number(at + 4, 4, little);
      if (type < BYTES.length && values * BYTES[type] > 0) {
        long size = values * BYTES[type];
        int data = size <= 4 ? at + 8 : position(in.number(at + 8, 4, little), size);
        tags.put((int) in.number(at, 2, little), new Tag(data, BYTES[type], (int) values));
      }
    }
  }

  private int position(long at, long size) {
    if (at + size > in.length()) {
      throw new BadImageException("truncated TIFF, %d bytes".formatted(in.length()));
    }
    return (int) at;
  }

  boolean littleEndian() {
    return little;
  }

  /** Values of a tag; 0 where it is not there. */
  int count(int tag) {
    return tags.containsKey(tag) ? tags.get(tag).count() : 0;
  }

  /** A value of a tag, which is there; an int that may not hold it becomes the largest. */
  int value(int tag, int index) {
    Tag found = tags.get(tag);
    if (found == null || index >= found.count()) {
      throw new BadImageException("corrupt TIFF, tag %d is missing or too short".formatted(tag));
    }
    long value = in.number(found.at() + index * found.bytes(), found.bytes(), little);
    return (int) Math.min(Integer.MAX_VALUE, value);
  }

  /** The only or first value of a tag, or what stands for it. */
  int value(int tag, int index, int absent) {
    return count(tag) == 0 ? absent : value(tag, index);
  }

  Metadata metadata() {
    Metadata metadata = new Metadata();
    metadata.exif(in);
    if (count(XMP) > 0) {
      metadata.xmp(in.text(tags.get(XMP).at(), tags.get(XMP).count() * tags.get(XMP).bytes()));
    }
    return metadata;
  }
}
