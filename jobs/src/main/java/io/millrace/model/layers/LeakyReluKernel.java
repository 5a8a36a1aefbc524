package io.millrace.model.layers;

import io.millrace.backend.HostAccess;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@code y = x} from 0 on, else {@code slope * x}, in Java: at 0 its gradient is 1 as DL4J's, and
 * oneDNN's is the slope.
 */
record LeakyReluKernel(float slope) implements ActivationKernel {
  private static final int LANES = Chunks.lanes(1);

  @Override
  public void forward(INDArray x, INDArray y) {
    try (HostAccess from = HostAccess.reading(x);
        HostAccess to = HostAccess.writing(y)) {
      forward(from.floats(), Math.toIntExact(x.length()), to.floats());
    }
  }

  private void forward(FloatBuffer from, int length, FloatBuffer to) {
    float[] values = Chunks.of(LANES).first;
    for (int at = 0; at < length; at += LANES) {
      int n = Math.min(LANES, length - at);
      from.get(at, values, 0, n);
      bend(values, slope, n);
      to.put(at, values, 0, n);
    }
  }

  @Override
  public void backward(INDArray x, INDArray dy, INDArray dx) {
    try (HostAccess in = HostAccess.reading(x);
        HostAccess from = HostAccess.reading(dy);
        HostAccess to = HostAccess.writing(dx)) {
      backward(in.floats(), from.floats(), Math.toIntExact(x.length()), to.floats());
    }
  }

  private void backward(FloatBuffer in, FloatBuffer from, int length, FloatBuffer to) {
    Chunks chunks = Chunks.of(LANES);
    for (int at = 0; at < length; at += LANES) {
      int n = Math.min(LANES, length - at);
      in.get(at, chunks.gate, 0, n);
      negate(chunks.gate, n);
      from.get(at, chunks.first, 0, n);
      from.get(at, chunks.second, 0, n);
      chunks.keepWhereAbove(chunks.gate, chunks.second, n); // of those below 0
      scale(chunks.second, slope, chunks.first, n);
      to.put(at, chunks.first, 0, n);
    }
  }

  private static void bend(float[] values, float slope, int n) {
    for (int i = 0; i < n; i++) {
      values[i] = Math.max(0f, values[i]) + slope * Math.min(0f, values[i]);
    }
  }

  private static void negate(float[] values, int n) {
    for (int i = 0; i < n; i++) {
      values[i] = 0f - values[i]; // not -0, which counts as above 0
    }
  }

  /** {@code all = all - part + slope * part}, where part is all of it or nothing. */
  private static void scale(float[] part, float slope, float[] all, int n) {
    for (int i = 0; i < n; i++) {
      all[i] = all[i] - part[i] + slope * part[i];
    }
  }
}
