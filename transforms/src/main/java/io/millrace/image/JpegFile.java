package io.millrace.image;

/**
 * The tables and the frame of a JPEG up to its first scan. {@link #plain} files are those that
 * {@link BaselineDecoder} reads: sequential Huffman coding in one scan, grey or YCbCr, chroma at
 * full size or at half the width, or half of both. Used again for the next image; not thread-safe.
 */
final class JpegFile {
  /** One colour channel: sampling factors and which tables it uses. */
  static final class Component {
    int id;
    int horizontal;
    int vertical;
    int quantiser;
    int dc;
    int ac;
  }

  final Component[] components = {new Component(), new Component(), new Component()};
  final int[][] quantisers = new int[4][64];
  final HuffmanTable[] dc = tables();
  final HuffmanTable[] ac = tables();
  int count;
  int height;
  int width;
  int restartInterval;
  int scanStart;
  boolean plain;

  /** Whether the first scan follows on nothing but segments. */
  boolean clean;

  /** Whether Adobe's segment is there, which says how four channels are meant. */
  boolean adobe;

  private int frameMarker;
  private int defined;

  private static HuffmanTable[] tables() {
    return new HuffmanTable[] {
      new HuffmanTable(), new HuffmanTable(), new HuffmanTable(), new HuffmanTable()
    };
  }

  /** Reads all segments before the first scan; the header has been found sound. */
  void read(ByteReader in) {
    restartInterval = 0;
    defined = 0;
    boolean rgb = false;
    adobe = false;
    JpegSegments segments = new JpegSegments(in);
    while (true) {
      ByteReader segment = segments.next();
      int marker = segments.marker();
      switch (marker) {
        case 0xdb -> quantisers(segment);
        case 0xc4 -> huffman(segment);
        case 0xdd -> restartInterval = segment.u16(0);
        case 0xee -> {
          adobe |= segment.startsWith("Adobe");
          rgb = segment.startsWith("Adobe") && segment.u8(11) == 0;
        }
        case JpegSegments.SCAN -> {
          scanStart = segments.end();
          clean = segments.clean();
          plain = scan(segment) && !rgb;
          return;
        }
        default -> {
          if (JpegHeader.isFrame(marker)) {
            frameMarker = marker;
            frame(segment);
          } else if (!ignored(marker)) {
            throw new BadImageException("corrupt JPEG, marker %02x".formatted(marker));
          }
        }
      }
    }
  }

  /** Application data, comments, and two segments that mean nothing to a Huffman-coded image. */
  private static boolean ignored(int marker) {
    return marker >= 0xe0 && marker <= 0xef || marker == 0xfe || marker == 0xcc || marker == 0xdc;
  }

  private void quantisers(ByteReader in) {
    for (int at = 0; at < in.length(); ) {
      int head = tableOf(in.u8(at++));
      int bytes = head >> 4 == 0 ? 1 : 2;
      int[] table = quantisers[head & 3];
      for (int k = 0; k < 64; k++) {
        table[k] = bytes == 1 ? in.u8(at + k) : in.u16(at + 2 * k);
      }
      defined |= 1 << (head & 3);
      at += 64 * bytes;
    }
  }

  /** A kind, 0 or 1, and a number below 4, in four bits each. */
  private static int tableOf(int head) {
    index(head & 15);
    index((head >> 4) * 2);
    return head;
  }

  private static int index(int table) {
    if (table > 3) {
      throw new BadImageException("corrupt JPEG, table %d".formatted(table));
    }
    return table;
  }

  private void huffman(ByteReader in) {
    for (int at = 0; at < in.length(); ) {
      int head = tableOf(in.u8(at++));
      HuffmanTable[] tables = head >> 4 == 0 ? dc : ac;
      at += tables[head & 3].define(in, at, tables == dc ? 15 : 255);
      defined |= (head >> 4 == 0 ? 0x10 : 0x100) << (head & 3);
    }
  }

  private void frame(ByteReader in) {
    height = in.u16(1);
    width = in.u16(3);
    count = in.u8(5);
    if (in.length() != 6 + 3 * count) {
      throw new BadImageException("corrupt JPEG, bad frame header");
    }
    for (int i = 0; i < Math.min(3, count); i++) {
      Component component = components[i];
      component.id = in.u8(6 + 3 * i);
      component.horizontal = in.u8(7 + 3 * i) >> 4;
      component.vertical = in.u8(7 + 3 * i) & 15;
      component.quantiser = index(in.u8(8 + 3 * i));
    }
    if (count == 1) { // sampling means nothing for one channel
      components[0].horizontal = 1;
      components[0].vertical = 1;
    }
  }

  /** Whether this is the only scan, in a way that is supported. */
  private boolean scan(ByteReader in) {
    if (frameMarker != 0xc0 && frameMarker != 0xc1 || in.u8(0) != count || !sampled()) {
      return false;
    }
    int rest = 1 + 2 * count;
    if (in.length() != rest + 3 || in.u16(rest) != 63 || in.u8(rest + 2) != 0) {
      throw new BadImageException("corrupt JPEG, bad scan header");
    }
    for (int i = 0; i < count; i++) {
      Component component = components[i];
      if (in.u8(1 + 2 * i) != component.id) {
        throw new BadImageException("corrupt JPEG, scan of an unknown channel");
      }
      int tables = in.u8(2 + 2 * i);
      component.dc = index(tables >> 4);
      component.ac = index(tables & 15);
      int needed = 1 << component.quantiser | 0x10 << component.dc | 0x100 << component.ac;
      if ((defined & needed) != needed) {
        throw new BadImageException("corrupt JPEG, a table is missing");
      }
    }
    return true;
  }

  private boolean sampled() {
    Component luma = components[0];
    if (count == 1) {
      return true;
    }
    boolean full = luma.horizontal == 1 && luma.vertical == 1;
    boolean halved = luma.horizontal == 2 && (luma.vertical == 1 || luma.vertical == 2);
    boolean rgb = luma.id == 'R' && components[1].id == 'G' && components[2].id == 'B';
    return count == 3 && (full || halved) && !rgb && unit(components[1]) && unit(components[2]);
  }

  private static boolean unit(Component component) {
    return component.horizontal == 1 && component.vertical == 1;
  }
}
