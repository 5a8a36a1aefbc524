package io.millrace.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The formats that are read, by how their files are called and how their bytes begin. */
public enum ImageFormat {
  /** Portable Network Graphics. */
  PNG("PNG", "\u0089PNG\r\n\u001a\n", "png", "apng"),
  /** JFIF, Exif and plain JPEG, sequential and progressive. */
  JPEG("JPEG", "\u00ff\u00d8\u00ff", "jpg", "jpeg", "jpe", "jfif", "mpo"),
  /** Graphics Interchange Format; the first picture counts. */
  GIF("GIF", "GIF8", "gif"),
  /** Windows and OS/2 bitmaps. */
  BMP("BMP", "BM", "bmp", "dib"),
  /** Tagged Image File Format; the first image counts. */
  TIFF("TIFF", "II", "tif", "tiff"),
  /** WebP, lossy and lossless; the first picture counts. */
  WEBP("WebP", "RIFF", "webp");

  private static final List<String> TIFF_STARTS = List.of("II*\0", "MM\0*", "II+\0", "MM\0+");

  private final String title;
  private final byte[] start;
  private final List<String> extensions;

  ImageFormat(String title, String start, String... extensions) {
    this.title = title;
    this.start = start.getBytes(ISO_8859_1);
    this.extensions = List.of(extensions);
  }

  /** Endings of such a file's name, in lower case and without the dot; the usual one is first. */
  public List<String> extensions() {
    return extensions;
  }

  /** Whether training reads it: images of another format are stored as PNG. */
  public boolean stored() {
    return this == PNG || this == JPEG;
  }

  /** The endings of all formats. */
  public static Set<String> allExtensions() {
    Set<String> all = new TreeSet<>();
    for (ImageFormat format : values()) {
      all.addAll(format.extensions);
    }
    return all;
  }

  /** All formats as words: {@code PNG, JPEG or ...}. */
  public static String names() {
    List<String> titles = Arrays.stream(values()).map(format -> format.title).toList();
    int last = titles.size() - 1;
    return String.join(", ", titles.subList(0, last)) + " or " + titles.get(last);
  }

  /**
   * The format of bytes, whatever their file is called.
   *
   * @throws BadImageException if they are of none that is read; it says which other they are
   */
  static ImageFormat of(ByteReader in) {
    for (ImageFormat format : values()) {
      if (format.starts(in)) {
        return format;
      }
    }
    throw new BadImageException("%s (must be %s)".formatted(ForeignFormat.name(in), names()));
  }

  private boolean starts(ByteReader in) {
    return switch (this) {
      case PNG, JPEG -> in.holds(start, 0);
      case GIF -> in.startsWith("GIF87a") || in.startsWith("GIF89a");
      case BMP -> BmpFile.starts(in);
      case TIFF -> TIFF_STARTS.stream().anyMatch(in::startsWith);
      case WEBP -> in.holds(start, 0) && in.length() >= 16 && in.text(8, 7).equals("WEBPVP8");
    };
  }

  /** As people write it. */
  @Override
  public String toString() {
    return title;
  }
}
