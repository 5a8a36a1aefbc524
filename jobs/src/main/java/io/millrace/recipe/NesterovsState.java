package io.millrace.recipe;

import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;

/**
 * Converts the state of {@link MomentumSgd} to that of DL4J's {@code Nesterovs} and back: {@code v
 * = -rate * buf}, with the rate of the next update, for trained parameters in the order of the
 * layout. At that constant rate DL4J goes on exactly as we would; DL4J has no momentum without
 * Nesterov, so that form goes on as Nesterov.
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
  public static float[] toDl4j(ParameterLayout layout, float[] velocity, double rate) {
    float[] state = new float[trained(layout)];
    int next = 0;
    for (ParameterSlot slot : layout.slots()) {
      if (slot.trained()) {
        for (long i = slot.offset(); i < slot.offset() + slot.length(); i++) {
          state[next++] = (float) (-rate * velocity[(int) i]);
        }
      }
    }
    return state;
  }

  /**
   * Our flat state, [P], of DL4J's flat updater state.
   *
   * @param layout what lies where in the vectors
   * @param state DL4J's flat state, trained parameters only
   * @param rate rate of the last update that DL4J made; at rate 0 nothing can be known of the
   *     velocity and it starts at 0
   * @throws IllegalArgumentException for a state of another length
   */
  public static float[] fromDl4j(ParameterLayout layout, float[] state, double rate) {
    if (state.length != trained(layout)) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot restore the optimiser: its state has %d elements, the network %d trained"
                  + " parameters",
              state.length, trained(layout)));
    }
    float[] velocity = new float[Math.toIntExact(layout.length())];
    int next = 0;
    for (ParameterSlot slot : layout.slots()) {
      if (slot.trained()) {
        for (long i = slot.offset(); i < slot.offset() + slot.length(); i++) {
          float v = state[next++];
          velocity[(int) i] = rate == 0 ? 0 : (float) (-v / rate);
        }
      }
    }
    return velocity;
  }

  private static int trained(ParameterLayout layout) {
    return Math.toIntExact(
        layout.slots().stream()
            .filter(ParameterSlot::trained)
            .mapToLong(ParameterSlot::length)
            .sum());
  }
}
