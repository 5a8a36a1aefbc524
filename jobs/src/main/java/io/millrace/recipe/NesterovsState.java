package io.millrace.recipe;

import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.wire.WeightCodec;
import io.millrace.wire.WeightVector;
import java.util.HashMap;
import java.util.Map;

/**
 * Converts the state of {@link MomentumSgd} to that of DL4J's {@code Nesterovs}: {@code v = -rate *
 * buf}, with the rate of the next update. At that constant rate DL4J goes on exactly as we would;
 * DL4J has no momentum without Nesterov, so that form goes on as Nesterov.
 */
public final class NesterovsState {
  private NesterovsState() {}

  /**
   * DL4J's flat updater state. What DL4J remembers of parameters that we do not train is 0.
   *
   * @param layout what lies where in our vectors
   * @param stock what lies where in the state of DL4J's updater, a slot {@code name#0} for each
   *     parameter of which it remembers something
   * @param velocity our flat state, [P]
   * @param rate rate of the next update, which is the one that DL4J's updater is to hold
   */
  public static WeightVector toDl4j(
      ParameterLayout layout, ParameterLayout stock, WeightVector velocity, double rate) {
    Map<String, ParameterSlot> ours = new HashMap<>();
    layout.slots().forEach(slot -> ours.put(slot.vertex() + "." + slot.name() + "#0", slot));
    byte[][] state = WeightCodec.allocate(stock.length());
    for (ParameterSlot to : stock.slots()) {
      ParameterSlot from = ours.get(to.vertex() + "." + to.name());
      if (from.trained()) {
        float[] values = new float[Math.toIntExact(from.length())];
        velocity.get(from.offset(), values);
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (-rate * values[i]);
        }
        WeightCodec.put(values, state, to.offset());
      }
    }
    return new WeightVector(state, 0, stock.length());
  }
}
