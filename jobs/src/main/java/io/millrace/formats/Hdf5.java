package io.millrace.formats;

import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The groups and arrays of an HDF5 file as h5py writes it unless told otherwise: superblock of
 * version 0, groups of symbol tables, arrays in one piece. Everything is checked before it is
 * followed, no part is reached twice, and no native library is asked. Format: HDF5 File Format
 * Specification 2.0, of The HDF Group.
 */
final class Hdf5 {
  private static final long SIGNATURE = 0x0a1a0a0d46444889L;
  private static final int TREE = 0x45455254;
  private static final int SYMBOLS = 0x444f4e53; // SNOD
  private static final int SYMBOL_BYTES = 40;
  private static final int ROOT = 56;
  private static final int MAX_OBJECTS = 20_000;
  private static final int MAX_DEPTH = 12;
  private static final int MAX_NODE = 1024;
  private static final int CHUNK = 1 << 18;

  private final HdfBytes bytes;
  private final Set<Long> seen = new HashSet<>();

  /** Objects by their paths, which have no / in front; the root is the empty path. */
  final Map<String, HdfObject> objects = new LinkedHashMap<>();

  /**
   * Reads all but the arrays' elements.
   *
   * @throws WrongInputException with the reason if it is not of this kind, or damaged
   */
  Hdf5(GivenFile file) throws IOException {
    bytes = new HdfBytes(file);
    ByteBuffer head = bytes.at(0, ROOT + SYMBOL_BYTES);
    if (head.getLong(0) != SIGNATURE) {
      throw new WrongInputException("it is no HDF5 file");
    }
    boolean known = head.get(8) == 0 && head.get(13) == 8 && head.get(14) == 8;
    if (!known || head.getLong(24) != 0) {
      throw new WrongInputException(
          "it is HDF5 of another version than 0 (h5py writes that unless told libver)");
    }
    visit("", head.getLong(ROOT + 8), 0);
  }

  private void visit(String path, long address, int depth) throws IOException {
    if (!seen.add(address) || depth > MAX_DEPTH || objects.size() >= MAX_OBJECTS) {
      throw new WrongInputException("it leads to %s in circles".formatted(Words.line(path)));
    }
    HdfObject object = new HdfObject(bytes, address);
    if (objects.put(path, object) != null) {
      throw new WrongInputException("it has %s twice".formatted(Words.line(path)));
    }
    if (object.tree >= 0) {
      node(path, object.tree, object.heap, depth);
    }
  }

  private void node(String path, long address, long heap, int depth) throws IOException {
    if (!seen.add(address) || depth > MAX_DEPTH) {
      throw new WrongInputException("it leads to %s in circles".formatted(Words.line(path)));
    }
    int signature = bytes.at(address, 4).getInt(0);
    if (signature == SYMBOLS) {
      int count = bytes.at(address, 8).getShort(6) & 0xffff;
      requireFew(count);
      ByteBuffer entries = bytes.at(address + 8, count * SYMBOL_BYTES);
      for (int at = 0; at < entries.limit(); at += SYMBOL_BYTES) {
        symbol(path, entries, at, heap, depth);
      }
      return;
    }
    ByteBuffer head = bytes.at(address, 24);
    HdfHeap.requireSignature(head, TREE);
    int count = head.getShort(6) & 0xffff;
    requireFew(count);
    ByteBuffer children = bytes.at(address + 24, 16 * count + 8);
    for (int i = 0; i < count; i++) {
      node(path, children.getLong(16 * i + 8), heap, depth + 1);
    }
  }

  private static void requireFew(int count) throws IOException {
    if (count > MAX_NODE) {
      throw new WrongInputException("a part of it has %d entries".formatted(count));
    }
  }

  private void symbol(String path, ByteBuffer entries, int at, long heap, int depth)
      throws IOException {
    String name = HdfHeap.name(bytes, heap, entries.getLong(at));
    if (entries.getInt(at + 16) == 2) {
      throw new WrongInputException("%s is a link to elsewhere".formatted(Words.line(name)));
    }
    visit(path.isEmpty() ? name : path + "/" + name, entries.getLong(at + 8), depth + 1);
  }

  /** The elements of an array of floats. */
  float[] floats(String path) throws IOException {
    HdfObject array = objects.get(path);
    requireFloats(path, array);
    float[] values = new float[(int) (array.length / Float.BYTES)];
    try (InputStream in = bytes.open(array.address, array.length)) {
      for (int at = 0; at < values.length; at += CHUNK) {
        int n = Math.min(CHUNK, values.length - at);
        byte[] chunk = in.readNBytes(n * Float.BYTES);
        if (chunk.length < n * Float.BYTES) {
          throw new WrongInputException("it ends within " + Words.line(path));
        }
        ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values, at, n);
      }
    }
    return values;
  }

  private void requireFloats(String path, HdfObject array) throws IOException {
    boolean right = array.type != null && array.type.kind() == HdfType.Kind.FLOAT;
    if (!right || array.shape == null) {
      throw new WrongInputException(
          "%s is no array of floats of 32 bits, little-endian".formatted(Words.line(path)));
    }
    long length = Float.BYTES;
    for (long side : array.shape) {
      if (side <= 0 || side > Integer.MAX_VALUE || length > Integer.MAX_VALUE * 4L) {
        length = -1;
        break;
      }
      length *= side;
    }
    if (length != array.length || length / Float.BYTES > Integer.MAX_VALUE - 8) {
      throw new WrongInputException(
          "%s has %d bytes, %s floats do not"
              .formatted(Words.line(path), array.length, array.shape));
    }
    bytes.require(array.address, array.length);
  }

  /** The text of an attribute; empty if there is none of this name. */
  String text(String path, String attribute) {
    HdfObject object = objects.get(path);
    List<String> texts = object == null ? null : object.texts.get(attribute);
    return texts == null || texts.size() != 1 ? "" : texts.get(0);
  }

  /** Arrays whose path begins so, with their shapes. */
  Map<String, List<Long>> arrays(String prefix) throws IOException {
    Map<String, List<Long>> arrays = new LinkedHashMap<>();
    for (Map.Entry<String, HdfObject> each : objects.entrySet()) {
      if (each.getKey().startsWith(prefix) && each.getValue().address >= 0) {
        requireFloats(each.getKey(), each.getValue());
        arrays.put(each.getKey(), List.copyOf(each.getValue().shape));
      }
    }
    return arrays;
  }
}
