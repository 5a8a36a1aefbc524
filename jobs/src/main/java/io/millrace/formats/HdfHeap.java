package io.millrace.formats;

import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Texts that lie apart from what names them in an HDF5 file: names of links, long attributes. */
final class HdfHeap {
  private static final int GLOBAL = 0x4c4f4347; // GCOL
  private static final int LOCAL = 0x50414548; // HEAP
  private static final int MAX_TEXT = 16 << 20;
  private static final int MAX_NAME = 1024;

  private HdfHeap() {}

  /** A text of a global heap: object {@code index} of the collection at an address. */
  static String global(HdfBytes bytes, int length, long address, int index) throws IOException {
    if (length == 0) {
      return "";
    }
    ByteBuffer head = bytes.at(address, 16);
    long end = address + head.getLong(8);
    requireSignature(head, GLOBAL);
    bytes.require(address, head.getLong(8));
    for (long at = address + 16; at + 16 <= end; ) {
      ByteBuffer object = bytes.at(at, 16);
      int number = object.getShort(0) & 0xffff;
      long size = object.getLong(8);
      if (number == index && size >= length && length > 0 && length <= MAX_TEXT) {
        ByteBuffer text = bytes.at(at + 16, length);
        return StandardCharsets.UTF_8.decode(text).toString();
      }
      if (number == 0 || size < 0 || size > end - at) {
        break;
      }
      at += 16 + (size + 7) / 8 * 8;
    }
    throw new WrongInputException("a text in it is not where it should be");
  }

  /** A name in the local heap at an address. */
  static String name(HdfBytes bytes, long heap, long offset) throws IOException {
    ByteBuffer head = bytes.at(heap, 32);
    requireSignature(head, LOCAL);
    long size = head.getLong(8);
    if (offset < 0 || offset >= size) {
      throw new WrongInputException("a name in it is not where it should be");
    }
    long at = head.getLong(24);
    bytes.require(at, size);
    ByteBuffer name = bytes.at(at + offset, (int) Math.min(MAX_NAME, size - offset));
    String text = HdfObject.text(name);
    if (text.isEmpty() || text.length() == MAX_NAME) {
      throw new WrongInputException("a name in it has no end");
    }
    return text;
  }

  static void requireSignature(ByteBuffer head, int signature) throws IOException {
    if (head.getInt(0) != signature) {
      throw new WrongInputException("it is damaged: a part of it is not what it should be");
    }
  }
}
