package io.millrace.model.layers;

import java.nio.FloatBuffer;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Sums of arrays of equal memory order with the ReLU that may follow, and their gradient. */
final class SumKernels {
  private static final int LANES = Chunks.lanes(1);

  private SumKernels() {}

  /** {@code out = max(0, sum of terms)}, or the sum itself without ReLU. */
  static void forward(List<INDArray> terms, boolean relu, INDArray out) {
    FloatBuffer to = Chunks.floats(out);
    List<FloatBuffer> from = terms.stream().map(Chunks::floats).toList();
    int length = Math.toIntExact(out.length());
    Chunks chunks = Chunks.of(LANES);
    for (int at = 0; at < length; at += LANES) {
      int n = Math.min(LANES, length - at);
      from.get(0).get(from.get(0).position() + at, chunks.first, 0, n);
      for (int term = 1; term < from.size(); term++) {
        from.get(term).get(from.get(term).position() + at, chunks.second, 0, n);
        add(chunks.second, chunks.first, n);
      }
      if (relu) {
        relu(chunks.first, n);
      }
      to.put(to.position() + at, chunks.first, 0, n);
    }
  }

  /** Writes the gradient, where the output is above 0, to each of {@code gradients}. */
  static void backward(INDArray out, INDArray gradient, List<INDArray> gradients) {
    FloatBuffer gate = Chunks.floats(out);
    FloatBuffer from = Chunks.floats(gradient);
    List<FloatBuffer> to = gradients.stream().map(Chunks::floats).toList();
    int length = Math.toIntExact(out.length());
    Chunks chunks = Chunks.of(LANES);
    for (int at = 0; at < length; at += LANES) {
      int n = Math.min(LANES, length - at);
      gate.get(gate.position() + at, chunks.gate, 0, n);
      from.get(from.position() + at, chunks.first, 0, n);
      chunks.keepWhereAbove(chunks.gate, chunks.first, n);
      for (FloatBuffer one : to) {
        one.put(one.position() + at, chunks.first, 0, n);
      }
    }
  }

  private static void add(float[] term, float[] sum, int n) {
    for (int i = 0; i < n; i++) {
      sum[i] += term[i];
    }
  }

  private static void relu(float[] values, int n) {
    for (int i = 0; i < n; i++) {
      values[i] = Math.max(0f, values[i]);
    }
  }
}
