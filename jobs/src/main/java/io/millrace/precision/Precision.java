package io.millrace.precision;

import io.millrace.settings.Names;
import io.millrace.settings.OneOf;
import java.io.Serializable;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * In what numbers the forward and the backward pass compute: activations, weights and the gradients
 * of both are rounded to a format. Sums, batch norm, loss, master weights and the update stay in
 * fp32; weights are rounded from the masters for each pass.
 *
 * <p>Micikevicius, Narang, Alben et al., Mixed Precision Training, 2017, arXiv 1710.03740.
 */
@OneOf({Fp32.class, Bf16.class, Fp16.class})
public interface Precision extends Serializable {
  /** The nearest number of the format; a tie goes to the even one, and NaN stays NaN. */
  float nearest(float value);

  /** Bytes of a number. */
  int bytes();

  /** Rounds the first {@code n} of these. */
  default void round(float[] values, int n) {
    for (int i = 0; i < n; i++) {
      values[i] = nearest(values[i]);
    }
  }

  /** Whether nothing is rounded. */
  default boolean isFull() {
    return false;
  }

  /** How the loss is scaled in a run; empty where its gradients need none. */
  default Optional<LossScale> scaling() {
    return Optional.empty();
  }

  /** The type of ND4J to which a cast on a device rounds as {@link #nearest} does, if any does. */
  default Optional<DataType> cast() {
    return Optional.empty();
  }

  /** Its name in a config. */
  default String word() {
    return Names.of(getClass());
  }
}
