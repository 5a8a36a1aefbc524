package io.millrace.image;

/** Reads the segments of a JPEG up to its first scan for what they say about the picture. */
final class JpegHeader {
  private static final int APP1 = 0xe1;
  private static final int PROGRESSIVE = 0xc2;

  /** A block of 64 pixels takes one bit at least: its first coefficient's code. */
  private static final int MOST_PIXELS_A_BYTE = 512;

  private JpegHeader() {}

  static ImageHeader read(ByteReader in) {
    JpegSegments segments = new JpegSegments(in);
    Metadata metadata = new Metadata();
    ByteReader frame = null;
    boolean progressive = false;
    while (true) {
      ByteReader segment = segments.next();
      int marker = segments.marker();
      if (isFrame(marker)) {
        checkCoding(marker);
        frame = frame == null ? segment : frame;
        progressive = marker == PROGRESSIVE;
      } else if (marker == APP1) {
        metadata.segment(segment);
      } else if (marker == JpegSegments.SCAN) {
        if (frame == null) {
          throw new BadImageException(
              "corrupt JPEG, no frame header before byte " + segments.start());
        }
        boolean buffered = progressive || segment.u8(0) != frame.u8(5);
        return header(in, frame, metadata.orientation(), buffered);
      }
    }
  }

  /** SOF0 to SOF15 without DHT, JPG and DAC, which share the range. */
  static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  /** Of the codings only Huffman's shows damage; the others are too rare to be worth a decoder. */
  private static void checkCoding(int marker) {
    if (marker > PROGRESSIVE) {
      String kind = marker > 0xc8 ? "arithmetic coding" : marker == 0xc3 ? "no loss" : "layers";
      throw new BadImageException(
          "JPEG with %s (must be baseline or progressive, Huffman coding)".formatted(kind));
    }
  }

  /**
   * Makes the header.
   *
   * @param buffered whether all coefficients are held before pixels are made: two bytes each
   */
  private static ImageHeader header(
      ByteReader in, ByteReader frame, int orientation, boolean buffered) {
    int bits = frame.u8(0);
    int height = frame.u16(1);
    int width = frame.u16(3);
    int channels = frame.u8(5);
    if (bits != 8) {
      throw new BadImageException("JPEG with %d bits a channel (must be 8)".formatted(bits));
    }
    if (channels != 1 && channels != 3 && channels != 4) {
      throw new BadImageException("JPEG with %d channels (must be 1, 3 or 4)".formatted(channels));
    }
    ImageHeader.checkData(height, width, (long) height * width, in.length(), MOST_PIXELS_A_BYTE);
    long coefficients = buffered ? 2L * channels * (height + 31) * (width + 31) : 0;
    long scratch = 2L * in.length() + coefficients;
    return new ImageHeader(ImageFormat.JPEG, width, height, channels, orientation, scratch);
  }
}
