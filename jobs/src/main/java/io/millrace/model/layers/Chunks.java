package io.millrace.model.layers;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * Reads and writes native memory through small heap arrays that stay in the first-level cache: the
 * JIT compiler vectorises loops over heap arrays, but not over buffers, and the bulk copies between
 * the two run at memory speed. Each thread has its own.
 */
final class Chunks {
  /** Floats in a chunk, about; always a multiple of the channels. */
  private static final int TARGET = 1024;

  private static final ThreadLocal<Chunks> OWN = ThreadLocal.withInitial(Chunks::new);

  float[] first = {};
  float[] second = {};
  float[] gate = {};
  private int[] mask = {};
  private int[] bits = {};
  private FloatBuffer bridgeFloats = FloatBuffer.allocate(0);
  private IntBuffer bridgeInts = IntBuffer.allocate(0);

  private Chunks() {}

  /** Elements of a chunk for rows of {@code channels}. */
  static int lanes(int channels) {
    return channels * Math.max(1, TARGET / channels);
  }

  /** This thread's arrays, each with at least {@code lanes} elements. */
  static Chunks of(int lanes) {
    Chunks own = OWN.get();
    if (own.first.length < lanes) {
      own.first = new float[lanes];
      own.second = new float[lanes];
      own.gate = new float[lanes];
      own.mask = new int[lanes];
      own.bits = new int[lanes];
      ByteBuffer bridge =
          ByteBuffer.allocateDirect(lanes * Float.BYTES).order(ByteOrder.nativeOrder());
      own.bridgeFloats = bridge.asFloatBuffer();
      own.bridgeInts = bridge.asIntBuffer();
    }
    return own;
  }

  /** Sets elements of {@code values} to 0 where that of {@code gate} is not above 0. */
  void keepWhereAbove(float[] gate, float[] values, int length) {
    bridgeFloats.put(0, gate, 0, length);
    bridgeInts.get(0, mask, 0, length);
    bridgeFloats.put(0, values, 0, length);
    bridgeInts.get(0, bits, 0, length);
    applyMask(mask, bits, length);
    bridgeInts.put(0, bits, 0, length);
    bridgeFloats.get(0, values, 0, length);
  }

  /** A float above 0 has positive bits, so that their negation has the sign set; 0 has not. */
  private static void applyMask(int[] gate, int[] values, int length) {
    for (int i = 0; i < length; i++) {
      values[i] &= -gate[i] >> 31;
    }
  }

  /** A table of {@code lanes} elements that repeats one value a channel. */
  static void repeat(float[] channels, float[] table, int lanes) {
    for (int i = 0; i < lanes; i += channels.length) {
      System.arraycopy(channels, 0, table, i, channels.length);
    }
  }
}
