package io.millrace.recipe;

import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.wire.WeightCodec;
import io.millrace.wire.WeightVector;

/**
 * Converts the state of {@link MomentumSgd} to that of DL4J's {@code Nesterovs}: {@code v = -rate *
 * buf}, with the rate of the next update, for trained parameters in the order of the layout. At
 * that constant rate DL4J goes on exactly as we would; DL4J has no momentum without Nesterov, so
 * that form goes on as Nesterov.
 */
public final class NesterovsState {
  private NesterovsState() {}

  /**
   * DL4J's flat updater state.
   *
   * @param layout what lies where in the vectors
   * @param velocity our flat state, [P]
   * @param rate rate of the next update, which is the one that DL4J's updater is to hold
   */
  public static WeightVector toDl4j(ParameterLayout layout, WeightVector velocity, double rate) {
    long trained =
        layout.slots().stream()
            .filter(ParameterSlot::trained)
            .mapToLong(ParameterSlot::length)
            .sum();
    byte[][] state = WeightCodec.allocate(trained);
    long next = 0;
    for (ParameterSlot slot : layout.slots()) {
      if (slot.trained()) {
        float[] values = new float[Math.toIntExact(slot.length())];
        velocity.get(slot.offset(), values);
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (-rate * values[i]);
        }
        WeightCodec.put(values, state, next);
        next += values.length;
      }
    }
    return new WeightVector(state, 0, trained);
  }
}
