package io.millrace.formats;

import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What the elements of an attribute or an array in an HDF5 file are (HDF5 File Format Specification
 * 2.0, IV.A.2.d).
 *
 * @param kind what they are
 * @param size bytes of one
 */
record HdfType(Kind kind, int size) {
  /** What can be read. */
  enum Kind {
    /** IEEE 754 binary32, little-endian. */
    FLOAT,
    /** Characters up to the first 0. */
    TEXT,
    /** A length and a place in a global heap. */
    LONG_TEXT,
    OTHER
  }

  private static final int FLOAT_CLASS = 1;
  private static final int TEXT_CLASS = 3;
  private static final int VARIABLE_CLASS = 9;
  private static final long BINARY32_BITS = 0x0020_0000L; // precision 32 from bit 0

  /** Reads one. */
  static HdfType read(ByteBuffer bytes) throws IOException {
    if (bytes.remaining() < 8) {
      throw new WrongInputException("a type in it is cut");
    }
    int start = bytes.position();
    int word = bytes.getInt(start);
    int size = bytes.getInt(start + 4);
    if (size <= 0) {
      throw new WrongInputException("a type in it has %d bytes".formatted(size));
    }
    Kind kind =
        switch (word & 0xf) {
          case FLOAT_CLASS -> isBinary32(bytes, start, size) ? Kind.FLOAT : Kind.OTHER;
          case TEXT_CLASS -> Kind.TEXT;
          case VARIABLE_CLASS -> (word >> 8 & 0xf) == 1 && size == 16 ? Kind.LONG_TEXT : Kind.OTHER;
          default -> Kind.OTHER;
        };
    return new HdfType(kind, size);
  }

  private static boolean isBinary32(ByteBuffer bytes, int at, int size) {
    return size == Float.BYTES
        && bytes.remaining() >= 20
        && (bytes.get(at + 1) & 0x41) == 0 // little-endian
        && (bytes.getInt(at + 8) & 0xffffffffL) == BINARY32_BITS
        && bytes.get(at + 12) == 23
        && bytes.get(at + 13) == 8
        && bytes.get(at + 14) == 0
        && bytes.get(at + 15) == 23
        && bytes.getInt(at + 16) == 127;
  }
}
