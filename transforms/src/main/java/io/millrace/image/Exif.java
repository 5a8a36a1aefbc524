package io.millrace.image;

/** The one tag of EXIF metadata that changes pixels. */
final class Exif {
  private static final int ORIENTATION = 0x0112;
  private static final int SHORT = 3;
  private static final int LONG = 4;
  private static final int SIGNED_SHORT = 8;
  private static final int SIGNED_LONG = 9;
  private static final int DIRECTORY = 13;

  /** Bytes of a value by its type; 0 is no type. */
  private static final int[] BYTES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8};

  private Exif() {}

  /**
   * The orientation of a TIFF block, 1 to 8 where it is sound; 0 where there is none. A damaged
   * block says what stands before the damage, as in Pillow.
   */
  static int orientation(ByteReader tiff) {
    boolean little = tiff.startsWith("II*\0");
    if (tiff.length() < 8 || !little && !tiff.startsWith("MM\0*")) {
      return 0;
    }
    long directory = tiff.number(4, 4, little);
    if (directory > tiff.length() - 2) {
      return 0;
    }
    int orientation = 0;
    int first = (int) directory + 2;
    int entries = (int) tiff.number((int) directory, 2, little);
    for (int at = first; at < first + 12 * entries && at + 12 <= tiff.length(); at += 12) {
      int type = (int) tiff.number(at + 2, 2, little);
      long count = tiff.number(at + 4, 4, little);
      long size = type < BYTES.length ? count * BYTES[type] : 0;
      if (size > 4 && tiff.number(at + 8, 4, little) > tiff.length() - size) {
        break;
      }
      if (size > 0 && tiff.number(at, 2, little) == ORIENTATION) {
        orientation = count == 1 ? value(tiff, at + 8, type, little) : 1;
      }
    }
    return orientation;
  }

  private static int value(ByteReader tiff, int at, int type, boolean little) {
    long value =
        switch (type) {
          case SHORT, SIGNED_SHORT -> tiff.number(at, 2, little);
          case LONG, SIGNED_LONG, DIRECTORY -> tiff.number(at, 4, little);
          default -> 1;
        };
    return value >= 1 && value <= 8 ? (int) value : 1;
  }
}
