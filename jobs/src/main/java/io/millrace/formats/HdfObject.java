package io.millrace.formats;

import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A group or an array of an HDF5 file: the messages of its object header of version 1 (HDF5 File
 * Format Specification 2.0, IV.A). Newer and rarer ways to say the same are refused by name.
 */
final class HdfObject {
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_MESSAGES = 4096;
  private static final int MAX_AXES = 8;
  private static final long NOWHERE = -1;

  private final HdfBytes bytes;
  private int messages;

  /** Where the names of a group lie: its B-tree and its heap; -1 for an array. */
  long tree = NOWHERE;

  long heap = NOWHERE;

  /** Shape, type and place of an array; null and -1 for a group. */
  List<Long> shape;

  HdfType type;
  long address = NOWHERE;
  long length = NOWHERE;

  final Map<String, List<String>> texts = new LinkedHashMap<>();

  private record Block(long address, long length) {}

  /** Reads the object whose header lies at an address. */
  HdfObject(HdfBytes bytes, long at) throws IOException {
    this.bytes = bytes;
    ByteBuffer header = bytes.at(at, 16);
    if (header.get(0) != 1) {
      throw new WrongInputException("it was written with newer headers (libver must be earliest)");
    }
    Deque<Block> blocks = new ArrayDeque<>();
    blocks.add(new Block(at + 16, header.getInt(8) & 0xffffffffL));
    for (int i = 0; !blocks.isEmpty(); i++) {
      Block block = blocks.poll();
      if (i > 64 || block.length > MAX_BYTES) {
        throw new WrongInputException("a header in it has no end");
      }
      block(bytes.at(block.address, (int) block.length), blocks);
    }
  }

  private void block(ByteBuffer block, Deque<Block> blocks) throws IOException {
    while (block.remaining() >= 8) {
      int kind = block.getShort() & 0xffff;
      int size = block.getShort() & 0xffff;
      int flags = block.get();
      block.position(block.position() + 3);
      if (size > block.remaining() || ++messages > MAX_MESSAGES) {
        throw new WrongInputException("a header in it is damaged");
      }
      ByteBuffer body = block.slice(block.position(), size).order(ByteOrder.LITTLE_ENDIAN);
      block.position(block.position() + size);
      if ((flags & 2) != 0) {
        throw new WrongInputException("it shares parts of headers");
      }
      if (kind == 0x10) {
        blocks.add(new Block(number(body, 0), number(body, 8)));
      } else {
        message(kind, body);
      }
    }
  }

  private void message(int kind, ByteBuffer body) throws IOException {
    switch (kind) {
      case 0x01 -> shape = shape(body);
      case 0x03 -> type = HdfType.read(body);
      case 0x08 -> layout(body);
      case 0x0c -> attribute(body);
      case 0x11 -> {
        tree = number(body, 0);
        heap = number(body, 8);
      }
      case 0x0b -> throw new WrongInputException("its arrays are compressed");
      case 0x02, 0x06, 0x0a, 0x15, 0x07 ->
          throw new WrongInputException(
              "it has links or attributes of the newer kind (libver must be earliest)");
      default -> {} // fill values, dates and the like
    }
  }

  private static List<Long> shape(ByteBuffer body) throws IOException {
    int version = at(body, 0);
    int axes = at(body, 1);
    int from = version == 1 ? 8 : 4;
    boolean known = version == 1 || version == 2 && at(body, 3) != 2;
    if (!known || axes > MAX_AXES) {
      throw new WrongInputException("a shape in it is of an unknown kind");
    }
    List<Long> shape = new ArrayList<>();
    for (int i = 0; i < axes; i++) {
      shape.add(number(body, from + 8 * i));
    }
    return shape;
  }

  private void layout(ByteBuffer body) throws IOException {
    if (at(body, 0) != 3 || at(body, 1) != 1) {
      throw new WrongInputException("its arrays do not lie in one piece each");
    }
    address = number(body, 2);
    length = number(body, 10);
  }

  private void attribute(ByteBuffer body) throws IOException {
    int version = at(body, 0);
    if (version < 1 || version > 3 || version > 1 && at(body, 1) != 0) {
      throw new WrongInputException("an attribute in it is of an unknown kind");
    }
    int[] sizes = {at(body, 2), at(body, 4), at(body, 6)};
    int at = version == 3 ? 9 : 8;
    ByteBuffer[] parts = new ByteBuffer[3];
    for (int i = 0; i < 3; i++) {
      int size = sizes[i] + (at(body, 2 + 2 * i + 1) << 8);
      parts[i] = slice(body, at, size);
      at += version == 1 ? (size + 7) / 8 * 8 : size;
    }
    HdfType of = HdfType.read(parts[1]);
    if (of.kind() == HdfType.Kind.TEXT || of.kind() == HdfType.Kind.LONG_TEXT) {
      int count = Math.toIntExact(elements(shape(parts[2]), of));
      texts.put(text(parts[0]), texts(slice(body, at, count * of.size()), of, count));
    }
  }

  private static long elements(List<Long> shape, HdfType of) throws IOException {
    long elements = 1;
    for (long side : shape) {
      if (side < 0 || side > MAX_BYTES || (elements *= side) * of.size() > MAX_BYTES) {
        throw new WrongInputException("an attribute in it is larger than 1 MiB");
      }
    }
    return elements;
  }

  private List<String> texts(ByteBuffer values, HdfType of, int count) throws IOException {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ByteBuffer one = slice(values, i * of.size(), of.size());
      texts.add(
          of.kind() == HdfType.Kind.TEXT
              ? text(one)
              : HdfHeap.global(bytes, one.getInt(0), one.getLong(4), one.getInt(12)));
    }
    return texts;
  }

  static String text(ByteBuffer bytes) {
    String text = StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    int end = text.indexOf('\0');
    return end < 0 ? text : text.substring(0, end);
  }

  private static ByteBuffer slice(ByteBuffer of, int at, int size) throws IOException {
    if (at + size > of.limit()) {
      throw new WrongInputException("a header in it is cut");
    }
    return of.slice(at, size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static long number(ByteBuffer body, int at) throws IOException {
    return slice(body, at, 8).getLong(0);
  }

  private static int at(ByteBuffer body, int at) throws IOException {
    return slice(body, at, 1).get(0) & 0xff;
  }
}
