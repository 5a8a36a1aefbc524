package io.millrace.image;

/** The one tag of EXIF metadata that changes pixels. */
final class Exif {
  private static final int ORIENTATION = 0x0112;

  private Exif() {}

  /** Orientation, 1 to 8, of a TIFF block; 1 where it is absent or damaged, as viewers take it. */
  static int orientation(ByteReader tiff) {
    if (tiff.length() < 8) {
      return 1;
    }
    boolean little = tiff.startsWith("II*\0");
    if (!little && !tiff.startsWith("MM\0*")) {
      return 1;
    }
    long directory = number(tiff, 4, 4, little);
    if (directory > tiff.length() - 2) {
      return 1;
    }
    int first = (int) directory + 2;
    int entries = (int) number(tiff, (int) directory, 2, little);
    for (int at = first; at < first + 12 * entries && at + 12 <= tiff.length(); at += 12) {
      if (number(tiff, at, 2, little) == ORIENTATION) {
        int value = (int) number(tiff, at + 8, 2, little);
        return value >= 1 && value <= 8 ? value : 1;
      }
    }
    return 1;
  }

  private static long number(ByteReader in, int at, int bytes, boolean little) {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value = value << 8 | in.u8(little ? at + bytes - 1 - i : at + i);
    }
    return value;
  }
}
