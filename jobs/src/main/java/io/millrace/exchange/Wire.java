package io.millrace.exchange;

import io.millrace.wire.WeightCodec;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/** How wide an element is that a worker sends up. */
public enum Wire {
  /** As it is. */
  FP32(Float.BYTES),

  /** Rounded to nearest even: for differences and gradients, whose own size is that of an error. */
  BF16(Short.BYTES);

  private final int width;

  Wire(int width) {
    this.width = width;
  }

  /** Bytes of an element. */
  public int width() {
    return width;
  }

  /** An fp32 slice as it travels. */
  byte[] encode(byte[] slice) {
    return this == FP32 ? slice : WeightCodec.bf16(slice);
  }

  /** {@code value - base} of one fp32 slice as it travels. */
  byte[] difference(byte[] value, byte[] base) {
    if (this == BF16) {
      return WeightCodec.difference(value, base);
    }
    byte[] difference = new byte[value.length];
    FloatBuffer values = WeightCodec.floats(value);
    FloatBuffer bases = WeightCodec.floats(base);
    FloatBuffer out = WeightCodec.floats(difference);
    for (int i = 0; i < out.limit(); i++) {
      out.put(i, values.get(i) - bases.get(i));
    }
    return difference;
  }

  /** Reads elements {@code [at, at + n)} of a slice as it travels. */
  void read(ByteBuffer slice, int at, float[] to, int n) {
    if (this == BF16) {
      WeightCodec.widen(slice, at, to, n);
    } else {
      WeightCodec.read(slice, at, to, n);
    }
  }
}
