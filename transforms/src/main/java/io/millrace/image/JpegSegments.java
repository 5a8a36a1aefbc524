package io.millrace.image;

/**
 * The segments of a JPEG in their order. Bytes between two segments that belong to none are stepped
 * over, as libjpeg does: cameras and editors leave such.
 */
final class JpegSegments {
  private static final int START = 0xd8;
  private static final int END = 0xd9;
  static final int SCAN = 0xda;

  private final ByteReader in;
  private int at = 2;
  private int marker;
  private int start;
  private boolean clean = true;

  JpegSegments(ByteReader in) {
    this.in = in;
  }

  /**
   * Steps to the next segment and returns its data.
   *
   * @throws BadImageException if the file or the image ends before
   */
  ByteReader next() {
    do {
      int found = marker(in, at);
      clean &= found == at;
      at = found + 2;
      marker = in.u8(found + 1);
    } while (marker == 0x01 || marker >= 0xd0 && marker < START); // those have no segment
    if (marker == START || marker == END) {
      throw new BadImageException("corrupt JPEG, no frame header before byte " + (at - 2));
    }
    int size = in.u16(at);
    if (size < 2) {
      throw new BadImageException("corrupt JPEG, a segment of %d bytes".formatted(size));
    }
    start = at - 2;
    at += size;
    return in.slice(at - size + 2, size - 2);
  }

  /** The marker of the segment. */
  int marker() {
    return marker;
  }

  /** Where the segment's marker stands. */
  int start() {
    return start;
  }

  /** Where the segment ends. */
  int end() {
    return at;
  }

  /** Whether no stray bytes were met so far. */
  boolean clean() {
    return clean;
  }

  /** Where the first marker from {@code at} on stands, behind fill bytes. */
  private static int marker(ByteReader in, int from) {
    int at = from;
    while (in.u8(at) != 0xff || in.u8(at + 1) == 0xff || in.u8(at + 1) == 0) {
      at++;
    }
    return at;
  }
}
