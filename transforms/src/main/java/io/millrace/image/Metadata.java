package io.millrace.image;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a file says of its picture beside the pixels, as far as that turns the picture. */
final class Metadata {
  private static final String EXIF = "Exif\0\0";
  private static final String XMP = "http://ns.adobe.com/xap/1.0/\0";
  private static final Pattern TIFF_ORIENTATION = Pattern.compile("tiff:Orientation(?:=\"|>)(\\d)");

  private ByteReader exif;
  private String xmp = "";

  /** Takes an APP1 segment of a JPEG; of EXIF the first counts, of XMP the last. */
  void segment(ByteReader app1) {
    if (app1.startsWith(EXIF)) {
      exif = exif == null ? app1 : exif;
    } else if (app1.startsWith(XMP)) {
      xmp(app1.text(XMP.length(), app1.length() - XMP.length()));
    }
  }

  /** Takes a TIFF block, which may have the name that JPEG puts before it. */
  void exif(ByteReader block) {
    exif = block;
  }

  void xmp(String packet) {
    xmp = packet;
  }

  /**
   * Orientation, 1 to 8: EXIF's tag, else that of XMP, as in Pillow's {@code exif_transpose}; 1
   * where there is none or it is damaged, as viewers take it.
   */
  int orientation() {
    int orientation = exif == null ? 0 : Exif.orientation(tiff(exif));
    if (orientation == 0 && !xmp.isEmpty()) {
      Matcher matcher = TIFF_ORIENTATION.matcher(xmp);
      orientation = matcher.find() ? matcher.group(1).charAt(0) - '0' : 1;
    }
    return orientation >= 1 && orientation <= 8 ? orientation : 1;
  }

  private static ByteReader tiff(ByteReader exif) {
    ByteReader tiff = exif;
    while (tiff.startsWith(EXIF)) {
      tiff = tiff.slice(EXIF.length(), tiff.length() - EXIF.length());
    }
    return tiff;
  }
}
