package io.millrace.replica;

import io.millrace.backend.HostAccess;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The flat gradient of a loss that was multiplied by a factor, on its way to the update. */
final class ScaledGradient {
  private static final int RUN = 2048;

  private ScaledGradient() {}

  /**
   * Divides it by the factor, in fp32; what is the step of a statistic was not multiplied.
   *
   * @return whether all that is left is finite
   */
  static boolean divide(INDArray gradient, ParameterLayout layout, float factor) {
    float inverse = 1 / factor;
    float[] values = new float[RUN];
    boolean finite = true;
    try (HostAccess access = HostAccess.writing(gradient)) {
      FloatBuffer elements = access.floats();
      for (ParameterSlot slot : layout.slots()) {
        if (!slot.kind().isStatistic()) {
          finite &= divide(elements, slot, inverse, values);
        }
      }
    }
    return finite;
  }

  private static boolean divide(
      FloatBuffer elements, ParameterSlot slot, float inverse, float[] values) {
    float zero = 0;
    int end = Math.toIntExact(slot.offset() + slot.length());
    for (int at = Math.toIntExact(slot.offset()); at < end; at += RUN) {
      int n = Math.min(RUN, end - at);
      elements.get(at, values, 0, n);
      for (int i = 0; i < n; i++) {
        values[i] *= inverse;
        zero += values[i] * 0;
      }
      elements.put(at, values, 0, n);
    }
    return zero == 0; // and not NaN, which infinity times 0 is too
  }
}
