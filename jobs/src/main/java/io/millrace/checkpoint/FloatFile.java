package io.millrace.checkpoint;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Raw floats in a stream, copied in bulk through one buffer of 1 MiB. */
final class FloatFile {
  private static final int CHUNK = 1 << 18;

  private FloatFile() {}

  static void write(float[] values, ByteOrder order, OutputStream out) throws IOException {
    byte[] bytes = new byte[Math.min(CHUNK, values.length) * Float.BYTES];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(order);
    for (int from = 0; from < values.length; from += CHUNK) {
      int count = Math.min(CHUNK, values.length - from);
      buffer.asFloatBuffer().put(values, from, count);
      out.write(bytes, 0, count * Float.BYTES);
    }
  }

  static float[] read(int length, ByteOrder order, InputStream in) throws IOException {
    float[] values = new float[length];
    byte[] bytes = new byte[Math.min(CHUNK, length) * Float.BYTES];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(order);
    for (int from = 0; from < length; from += CHUNK) {
      int count = Math.min(CHUNK, length - from);
      if (in.readNBytes(bytes, 0, count * Float.BYTES) < count * Float.BYTES) {
        throw new EOFException("it ends after fewer than " + length + " floats");
      }
      buffer.asFloatBuffer().get(values, from, count);
    }
    return values;
  }
}
