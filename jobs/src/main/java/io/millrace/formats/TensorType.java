package io.millrace.formats;

import java.nio.ByteBuffer;

/**
 * How the elements of an array lie in a safetensors file, little-endian. All of the format's types
 * have a size, by which a file is checked; those that hold weights can be read.
 */
enum TensorType {
  BOOL(1),
  U8(1),
  I8(1),
  F8_E5M2(1),
  F8_E4M3(1),
  F8_E8M0(1),
  I16(2),
  U16(2),
  F16(2) {
    @Override
    float read(ByteBuffer bytes) {
      return half(bytes.getShort());
    }
  },
  BF16(2) {
    @Override
    float read(ByteBuffer bytes) {
      return Float.intBitsToFloat(bytes.getShort() << 16);
    }
  },
  I32(4),
  U32(4),
  F32(4) {
    @Override
    float read(ByteBuffer bytes) {
      return bytes.getFloat();
    }
  },
  C64(8),
  F64(8),
  I64(8),
  U64(8);

  private static final int HALF_FRACTION = 10;

  /** Bytes of an element. */
  final int bytes;

  TensorType(int bytes) {
    this.bytes = bytes;
  }

  /** Whether it holds weights, which can be read. */
  boolean isReadable() {
    return this == F32 || this == F16 || this == BF16;
  }

  /** The next element. */
  float read(ByteBuffer bytes) {
    throw new UnsupportedOperationException(name());
  }

  /**
   * IEEE 754 binary16, of sign, 5 bits of exponent e and 10 of fraction f: {@code (1 + f / 1024)
   * 2^(e - 15)}, {@code f 2^-24} where e is 0, infinite or no number where e is 31.
   */
  private static float half(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = bits >> HALF_FRACTION & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0x1f) {
      return Float.intBitsToFloat(sign | 0x7f800000 | fraction << 13);
    }
    if (exponent == 0) {
      return (sign == 0 ? 0x1p-24f : -0x1p-24f) * fraction;
    }
    return Float.intBitsToFloat(sign | exponent + 112 << 23 | fraction << 13);
  }
}
