package io.millrace.formats;

import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.recipe.Stock;
import io.millrace.wire.WeightCodec;
import io.millrace.wire.WeightVector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Converts the state of an optimiser to that of DL4J's updater nearest to it. */
public final class StockState {
  private StockState() {}

  /**
   * DL4J's flat updater state. What DL4J remembers of parameters that we do not train is 0.
   *
   * @param layout what lies where in our vectors
   * @param stock what lies where in the state of DL4J's updater, a slot {@code name#k} for vector k
   *     of each parameter of which it remembers something
   * @param state our flat state, [stateVectors * P]
   * @param factors of each vector ({@link Stock#factors})
   */
  public static WeightVector toDl4j(
      ParameterLayout layout, ParameterLayout stock, WeightVector state, List<Double> factors) {
    Map<String, ParameterSlot> ours = new HashMap<>();
    layout.slots().forEach(slot -> ours.put(slot.vertex() + "." + slot.name(), slot));
    byte[][] converted = WeightCodec.allocate(stock.length());
    for (ParameterSlot to : stock.slots()) {
      int hash = to.name().lastIndexOf('#');
      int vector = Integer.parseInt(to.name().substring(hash + 1));
      ParameterSlot from = ours.get(to.vertex() + "." + to.name().substring(0, hash));
      if (from.trained()) {
        float[] values = new float[Math.toIntExact(from.length())];
        state.get(vector * layout.length() + from.offset(), values);
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (factors.get(vector) * values[i]);
        }
        WeightCodec.put(values, converted, to.offset());
      }
    }
    return new WeightVector(converted, 0, stock.length());
  }
}
