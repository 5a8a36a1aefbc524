package io.millrace.model.layers;

import io.millrace.backend.HostAccess;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Sums of arrays of equal memory order with the ReLU that may follow, and their gradient. */
final class SumKernels {
  private static final int LANES = Chunks.lanes(1);

  private SumKernels() {}

  /** {@code out = max(0, sum of terms)}, or the sum itself without ReLU. */
  static void forward(List<INDArray> terms, boolean relu, INDArray out) {
    try (HostAccess to = HostAccess.writing(out);
        Arrays from = new Arrays(terms, HostAccess::reading)) {
      forward(from.floats(), relu, Math.toIntExact(out.length()), to.floats());
    }
  }

  private static void forward(List<FloatBuffer> from, boolean relu, int length, FloatBuffer to) {
    Chunks chunks = Chunks.of(LANES);
    for (int at = 0; at < length; at += LANES) {
      int n = Math.min(LANES, length - at);
      from.get(0).get(at, chunks.first, 0, n);
      for (int term = 1; term < from.size(); term++) {
        from.get(term).get(at, chunks.second, 0, n);
        add(chunks.second, chunks.first, n);
      }
      if (relu) {
        relu(chunks.first, n);
      }
      to.put(at, chunks.first, 0, n);
    }
  }

  /** Writes the gradient, where the output is above 0, to each of {@code gradients}. */
  static void backward(INDArray out, INDArray gradient, List<INDArray> gradients) {
    try (HostAccess gate = HostAccess.reading(out);
        HostAccess from = HostAccess.reading(gradient);
        Arrays to = new Arrays(gradients, HostAccess::writing)) {
      backward(gate.floats(), from.floats(), Math.toIntExact(out.length()), to.floats());
    }
  }

  private static void backward(
      FloatBuffer gate, FloatBuffer from, int length, List<FloatBuffer> to) {
    Chunks chunks = Chunks.of(LANES);
    for (int at = 0; at < length; at += LANES) {
      int n = Math.min(LANES, length - at);
      gate.get(at, chunks.gate, 0, n);
      from.get(at, chunks.first, 0, n);
      chunks.keepWhereAbove(chunks.gate, chunks.first, n);
      for (FloatBuffer one : to) {
        one.put(at, chunks.first, 0, n);
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

  /** Several arrays at once. */
  private record Arrays(List<HostAccess> accesses) implements AutoCloseable {
    Arrays(List<INDArray> arrays, Function<INDArray, HostAccess> open) {
      this(new ArrayList<>(arrays.size()));
      for (INDArray array : arrays) {
        accesses.add(open.apply(array));
      }
    }

    List<FloatBuffer> floats() {
      return accesses.stream().map(HostAccess::floats).toList();
    }

    @Override
    public void close() {
      accesses.forEach(HostAccess::close);
    }
  }
}
