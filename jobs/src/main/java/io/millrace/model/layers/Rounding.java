package io.millrace.model.layers;

import io.millrace.backend.HostAccess;
import io.millrace.precision.Precision;
import io.millrace.wire.Bfloat16;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Copies arrays of equal memory order through a format; they hold FLOAT, or bf16 itself. */
final class Rounding {
  private static final int LANES = Chunks.lanes(1);
  private static final ThreadLocal<short[]> SHORTS =
      ThreadLocal.withInitial(() -> new short[LANES]);

  private Rounding() {}

  /** Writes to each element the one of {@code from}, rounded; both may be one array. */
  static void copy(Precision precision, INDArray from, INDArray to) {
    float[] values = Chunks.of(LANES).first;
    int length = Math.toIntExact(from.length());
    try (HostAccess in = HostAccess.reading(from);
        HostAccess out = HostAccess.writing(to)) {
      Elements source = Elements.of(in, from);
      Elements target = Elements.of(out, to);
      for (int at = 0; at < length; at += LANES) {
        int n = Math.min(LANES, length - at);
        source.get(at, values, n);
        precision.round(values, n);
        target.put(at, values, n);
      }
    }
  }

  /** Elements as floats, however wide they are. */
  private interface Elements {
    void get(int at, float[] values, int n);

    void put(int at, float[] values, int n);

    static Elements of(HostAccess access, INDArray array) {
      return array.dataType() == DataType.BFLOAT16
          ? new Narrow(access.shorts())
          : new Wide(access.floats());
    }
  }

  private record Wide(FloatBuffer elements) implements Elements {
    @Override
    public void get(int at, float[] values, int n) {
      elements.get(at, values, 0, n);
    }

    @Override
    public void put(int at, float[] values, int n) {
      elements.put(at, values, 0, n);
    }
  }

  private record Narrow(ShortBuffer elements) implements Elements {
    @Override
    public void get(int at, float[] values, int n) {
      short[] bits = SHORTS.get();
      elements.get(at, bits, 0, n);
      for (int i = 0; i < n; i++) {
        values[i] = Bfloat16.widen(bits[i]);
      }
    }

    @Override
    public void put(int at, float[] values, int n) {
      short[] bits = SHORTS.get();
      for (int i = 0; i < n; i++) {
        bits[i] = Bfloat16.round(values[i]);
      }
      elements.put(at, bits, 0, n);
    }
  }
}
