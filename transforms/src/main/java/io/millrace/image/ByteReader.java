package io.millrace.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.Objects;

/** Bytes by position; what lies behind the end is a {@link BadImageException}. */
record ByteReader(byte[] data, int offset, int length) {
  ByteReader {
    Objects.checkFromIndexSize(offset, length, data.length);
  }

  int u8(int at) {
    if (at < 0 || at >= length) {
      throw new BadImageException("cut short in the header, at byte " + length);
    }
    return data[offset + at] & 0xff;
  }

  int u16(int at) {
    return u8(at) << 8 | u8(at + 1);
  }

  int s32(int at) {
    return u16(at) << 16 | u16(at + 2);
  }

  /** An unsigned number in either byte order. */
  long number(int at, int bytes, boolean little) {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value = value << 8 | u8(little ? at + bytes - 1 - i : at + i);
    }
    return value;
  }

  String text(int at, int size) {
    check(at, size);
    return new String(data, offset + at, size, ISO_8859_1);
  }

  boolean startsWith(String text) {
    return length >= text.length() && text(0, text.length()).equals(text);
  }

  byte[] bytes(int at, int size) {
    check(at, size);
    return Arrays.copyOfRange(data, offset + at, offset + at + size);
  }

  boolean holds(byte[] bytes, int at) {
    int from = offset + at;
    return at + bytes.length <= length
        && Arrays.equals(data, from, from + bytes.length, bytes, 0, bytes.length);
  }

  ByteReader slice(int at, int size) {
    check(at, size);
    return new ByteReader(data, offset + at, size);
  }

  private void check(int at, int size) {
    if (at < 0 || size < 0 || at > length - size) {
      throw new BadImageException("cut short in the header, at byte " + length);
    }
  }
}
