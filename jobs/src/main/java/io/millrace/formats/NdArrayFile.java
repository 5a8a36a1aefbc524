package io.millrace.formats;

import io.millrace.store.WrongInputException;
import io.millrace.wire.WeightVector;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteOrder;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.shape.options.ArrayOptionsHelper;

/**
 * A row vector of floats in the format of {@code Nd4j.write}: the shape information as longs, then
 * the data, both big-endian behind a header of allocation mode, length and type. ND4J goes element
 * by element; this copies in bulk and needs no native library.
 */
final class NdArrayFile {
  private static final String MODE = "MIXED_DATA_TYPES";
  private static final Set<String> INT_LENGTH_MODES = Set.of("DIRECT", "HEAP", "JAVACPP");
  private static final int MAX_SHAPE_LONGS = 2 * 32 + 4;

  private NdArrayFile() {}

  /** Writes a row vector, [1, N]. */
  static void write(WeightVector values, OutputStream stream) throws IOException {
    DataOutputStream out = new DataOutputStream(stream);
    long extras = ArrayOptionsHelper.setOptionBit(0L, DataType.FLOAT);
    long[] shape = {2, 1, values.length(), 1, 1, extras, 1, 'c'};
    header(out, shape.length, DataType.LONG);
    for (long value : shape) {
      out.writeLong(value);
    }
    header(out, values.length(), DataType.FLOAT);
    out.flush();
    values.write(ByteOrder.BIG_ENDIAN, stream);
  }

  /**
   * Reads the elements of an array of floats, whatever its shape.
   *
   * @param maxLength most elements that may be claimed
   */
  static WeightVector read(InputStream stream, long maxLength) throws IOException {
    DataInputStream in = new DataInputStream(stream);
    long shapeLongs = length(in, Set.of("LONG", "INT"), MAX_SHAPE_LONGS);
    in.skipNBytes(shapeLongs);
    long bytes = length(in, Set.of("FLOAT"), maxLength);
    return WeightVector.read(bytes / Float.BYTES, ByteOrder.BIG_ENDIAN, in);
  }

  private static void header(DataOutputStream out, long length, DataType type) throws IOException {
    out.writeUTF(MODE);
    out.writeLong(length);
    out.writeUTF(type.name());
  }

  /** Reads a header and returns the number of bytes that follow it. */
  private static long length(DataInputStream in, Set<String> types, long max) throws IOException {
    String mode = in.readUTF();
    long length = INT_LENGTH_MODES.contains(mode) ? in.readInt() : in.readLong();
    String type = in.readUTF();
    if (!types.contains(type)) {
      throw new WrongInputException("an array holds " + word(type) + " (must be " + types + ")");
    }
    if (length < 0 || length > max) {
      throw new WrongInputException(
          "an array claims %d elements (must be <= %d)".formatted(length, max));
    }
    return length * (type.equals("LONG") ? Long.BYTES : Integer.BYTES);
  }

  private static String word(String type) {
    return type.matches("\\w{1,20}") ? type : "no known type";
  }
}
