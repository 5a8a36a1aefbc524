package io.millrace.image;

/** Walks the segments of a JPEG up to the frame header. */
final class JpegHeader {
  private static final int APP1 = 0xe1;

  private JpegHeader() {}

  static ImageHeader read(ByteReader in) {
    int orientation = 1;
    for (int at = 2; ; ) {
      if (in.u8(at) != 0xff) {
        throw new BadImageException("corrupt JPEG, no marker at byte " + at);
      }
      int marker = in.u8(at + 1);
      if (marker == 0xff) { // fill byte
        at++;
        continue;
      }
      if (marker == 0x01 || marker >= 0xd0 && marker <= 0xd7) { // markers without a segment
        at += 2;
        continue;
      }
      if (marker == 0xd9 || marker == 0xda) {
        throw new BadImageException("corrupt JPEG, no frame header before byte " + at);
      }
      int size = in.u16(at + 2);
      if (isFrame(marker)) {
        checkCoding(marker);
        return frame(in, at + 4, orientation);
      }
      if (marker == APP1 && size > 16 && in.text(at + 4, 6).equals("Exif\0\0")) {
        orientation = Exif.orientation(in.slice(at + 10, size - 8));
      }
      at += 2 + size;
    }
  }

  /** SOF0 to SOF15 without DHT, JPG and DAC, which share the range. */
  static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  /** Of the codings only Huffman's shows damage; the others are too rare to be worth a decoder. */
  private static void checkCoding(int marker) {
    if (marker > 0xc2) {
      String kind = marker > 0xc8 ? "arithmetic coding" : marker == 0xc3 ? "no loss" : "layers";
      throw new BadImageException(
          "JPEG with %s (must be baseline or progressive, Huffman coding)".formatted(kind));
    }
  }

  private static ImageHeader frame(ByteReader in, int at, int orientation) {
    int bits = in.u8(at);
    int channels = in.u8(at + 5);
    if (bits != 8) {
      throw new BadImageException("JPEG with %d bits a channel (must be 8)".formatted(bits));
    }
    if (channels != 1 && channels != 3 && channels != 4) {
      throw new BadImageException("JPEG with %d channels (must be 1, 3 or 4)".formatted(channels));
    }
    return new ImageHeader(ImageFormat.JPEG, in.u16(at + 3), in.u16(at + 1), channels, orientation);
  }
}
