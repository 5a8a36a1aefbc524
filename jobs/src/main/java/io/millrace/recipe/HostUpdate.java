package io.millrace.recipe;

import io.millrace.backend.HostAccess;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One pass over flat vectors in the memory of a CPU, in runs short enough for its first-level
 * cache. Heap arrays, because JDK 17 vectorises loops over them and not over direct buffers:
 * measured 0.5 against 1.7 ns an element.
 */
final class HostUpdate implements AutoCloseable {
  private static final int RUN = 2048;
  private static final ThreadLocal<float[][]> RUNS =
      ThreadLocal.withInitial(() -> new float[][] {new float[RUN], new float[RUN]});

  private final HostAccess weightAccess;
  private final HostAccess gradientAccess;
  private final HostAccess stateAccess;
  private final FloatBuffer weights;
  private final FloatBuffer gradient;
  private final FloatBuffer state;
  private final float[][] runs = RUNS.get();
  private float[][] stateRuns = {};

  HostUpdate(INDArray weights, INDArray gradient, INDArray state) {
    weightAccess = HostAccess.writing(weights);
    gradientAccess = HostAccess.reading(gradient);
    stateAccess = state == null ? null : HostAccess.writing(state);
    this.weights = weightAccess.floats();
    this.gradient = gradientAccess.floats();
    this.state = state == null ? null : stateAccess.floats();
  }

  /** Updates elements {@code from .. to}. */
  void update(UpdateRule.Step step, long from, long to) {
    float[] w = runs[0];
    float[] g = runs[1];
    float[][] s = stateRuns(step.optimizer().stateVectors());
    for (long start = from; start < to; start += RUN) {
      int offset = Math.toIntExact(start);
      int length = (int) Math.min(RUN, to - start);
      weights.get(offset, w, 0, length);
      gradient.get(offset, g, 0, length);
      for (int i = 0; i < s.length; i++) {
        state.get(i * weights.capacity() + offset, s[i], 0, length);
      }
      meanWithL2(g, w, length, step.examples(), (float) step.l2());
      step.optimizer().update(w, g, s, length, (float) step.rate());
      weights.put(offset, w, 0, length);
      for (int i = 0; i < s.length; i++) {
        state.put(i * weights.capacity() + offset, s[i], 0, length);
      }
    }
  }

  private static void meanWithL2(float[] g, float[] w, int length, float examples, float l2) {
    for (int i = 0; i < length; i++) {
      g[i] = g[i] / examples + l2 * w[i];
    }
  }

  private float[][] stateRuns(int vectors) {
    if (stateRuns.length != vectors) {
      stateRuns = new float[vectors][RUN];
    }
    return stateRuns;
  }

  @Override
  public void close() {
    weightAccess.close();
    gradientAccess.close();
    if (stateAccess != null) {
      stateAccess.close();
    }
  }
}
