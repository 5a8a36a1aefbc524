package io.millrace.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.HexFormat;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Reads the chunks of a PNG for what they say about the picture; those behind the pixels count. */
final class PngHeader {
  private static final int FIRST_CHUNK = 8;

  /** Deflate's longest match, 258 bytes, takes two bits at least. */
  private static final int MOST_BYTES_A_BYTE = 1032;

  private static final int END = 0x49454e44;
  private static final int EXIF = 0x65584966;

  /** How tEXt, zTXt and iTXt end. */
  private static final int TEXTS = 0x5874;

  private static final int MOST_TEXT = 1 << 20;
  private static final String XMP = "XML:com.adobe.xmp";

  /** ImageMagick's way to keep EXIF: three lines, then hexadecimal digits. */
  private static final String PROFILE = "Raw profile type exif";

  private PngHeader() {}

  static ImageHeader read(ByteReader in) {
    if (!in.text(12, 4).equals("IHDR")) {
      boolean apple = in.text(12, 4).equals("CgBI");
      throw new BadImageException(
          apple ? "Apple's PNG, with CgBI chunk" : "PNG without IHDR chunk");
    }
    int width = in.s32(16);
    int height = in.s32(20);
    ImageHeader.checkSize(height, width);
    int channels = in.u8(25) == 0 || in.u8(25) == 4 ? 1 : 3;
    int bits = PngPixels.bits(in.u8(24), in.u8(25));
    long bytes = (long) width * height * bits / 8;
    ImageHeader.checkData(height, width, bytes, in.length(), MOST_BYTES_A_BYTE);
    long scratch = 2L * ((long) width * bits / 8 + 2) + PngDecoder.BATCH_BYTES;
    return new ImageHeader(ImageFormat.PNG, width, height, channels, orientation(in), scratch);
  }

  private static int orientation(ByteReader in) {
    Metadata metadata = new Metadata();
    boolean exif = false;
    for (int at = FIRST_CHUNK; at + 8 <= in.length(); ) {
      int size = in.s32(at);
      int type = in.s32(at + 4);
      if (size < 0 || size > in.length() - at - 12 || type == END) {
        break;
      }
      if (type == EXIF) {
        metadata.exif(in.slice(at + 8, size));
        exif = true;
      } else if ((type & 0xffff) == TEXTS) {
        text(in.text(at + 4, 4), in.slice(at + 8, size), metadata, exif);
      }
      at += size + 12;
    }
    return metadata.orientation();
  }

  private static void text(String type, ByteReader data, Metadata metadata, boolean exif) {
    if (data.startsWith(XMP + "\0")) {
      metadata.xmp(text(type, data, XMP.length() + 1));
    } else if (data.startsWith(PROFILE + "\0") && !exif) {
      profile(text(type, data, PROFILE.length() + 1), metadata);
    }
  }

  /** The text of a tEXt, zTXt or iTXt chunk behind its key; as much of it as can be read. */
  private static String text(String type, ByteReader data, int at) {
    if (type.equals("tEXt")) {
      return data.text(at, data.length() - at);
    }
    boolean international = type.equals("iTXt");
    boolean packed = !international || data.length() > at && data.u8(at) == 1;
    int start = at + (international ? 2 : 1);
    for (int zeros = international ? 2 : 0; zeros > 0 && start < data.length(); start++) {
      zeros -= data.u8(start) == 0 ? 1 : 0; // language and translated key
    }
    int size = data.length() - start;
    return size <= 0 ? "" : packed ? inflate(data.bytes(start, size)) : data.text(start, size);
  }

  private static String inflate(byte[] packed) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(packed);
      byte[] text = new byte[(int) Math.min(MOST_TEXT, (long) packed.length * MOST_BYTES_A_BYTE)];
      return new String(text, 0, inflater.inflate(text), ISO_8859_1);
    } catch (DataFormatException e) {
      return ""; // as without the chunk
    } finally {
      inflater.end();
    }
  }

  private static void profile(String text, Metadata metadata) {
    String[] lines = text.split("\n", 4);
    String digits = lines.length < 4 ? "" : lines[3].replaceAll("\\s", "");
    try {
      byte[] exif = HexFormat.of().parseHex(digits);
      metadata.exif(new ByteReader(exif, 0, exif.length));
    } catch (IllegalArgumentException e) {
      // No digits: as without the chunk.
    }
  }
}
