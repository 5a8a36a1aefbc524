package io.millrace.sink;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * One protobuf message as it is written, field by field (Protocol Buffers, "Encoding"): a key of
 * {@code field << 3 | wire type}, then the value; whole numbers as varints of seven bits a byte,
 * lowest first, numbers little-endian.
 */
final class ProtoBytes {
  private static final int VARINT = 0;
  private static final int EIGHT_BYTES = 1;
  private static final int LENGTH = 2;
  private static final int FOUR_BYTES = 5;
  private static final int SEVEN_BITS = 7;
  private static final int MORE = 0x80;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A whole number. */
  ProtoBytes whole(int field, long value) {
    key(field, VARINT);
    varint(value);
    return this;
  }

  /** A double. */
  ProtoBytes number(int field, double value) {
    key(field, EIGHT_BYTES);
    out.writeBytes(little(Double.BYTES).putDouble(value).array());
    return this;
  }

  /** A float. */
  ProtoBytes single(int field, float value) {
    key(field, FOUR_BYTES);
    out.writeBytes(little(Float.BYTES).putFloat(value).array());
    return this;
  }

  /** A text in UTF-8. */
  ProtoBytes text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Another message. */
  ProtoBytes message(int field, ProtoBytes value) {
    return bytes(field, value.toBytes());
  }

  /** Doubles, packed. */
  ProtoBytes numbers(int field, double[] values) {
    ByteBuffer packed = little(values.length * Double.BYTES);
    for (double each : values) {
      packed.putDouble(each);
    }
    return bytes(field, packed.array());
  }

  /** Bytes as they are. */
  ProtoBytes bytes(int field, byte[] value) {
    key(field, LENGTH);
    varint(value.length);
    out.writeBytes(value);
    return this;
  }

  byte[] toBytes() {
    return out.toByteArray();
  }

  private void key(int field, int type) {
    varint((long) field << 3 | type);
  }

  private void varint(long value) {
    long left = value;
    while ((left & -MORE) != 0) {
      out.write((int) (left & (MORE - 1) | MORE));
      left >>>= SEVEN_BITS;
    }
    out.write((int) left);
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
