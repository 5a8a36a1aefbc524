package io.millrace.model;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.updater.UpdaterBlock.ParamState;

/**
 * Where DL4J's own updater has the parameters of a network and what it remembers of each. In a
 * stack of layers the vertex of a parameter is its layer's index, as in the graph that native
 * layers turn the stack into.
 */
public final class UpdaterLayout {
  private UpdaterLayout() {}

  /** Where each parameter lies in the network's flat parameters. */
  public static ParameterLayout parameters(BaseMultiLayerUpdater<?> updater) {
    List<ParameterSlot> slots = new ArrayList<>();
    for (UpdaterBlock block : updater.getUpdaterBlocks()) {
      for (ParamState parameter : block.getLayersAndVariablesInBlock()) {
        slots.add(slot(parameter, "", parameter.getParamOffsetStart()));
      }
    }
    return new ParameterLayout(slots);
  }

  /** Where what the updater of {@code net} remembers lies in its flat state. */
  public static ParameterLayout state(ComputationGraph net) {
    return state((BaseMultiLayerUpdater<?>) net.getUpdater());
  }

  /**
   * Where moment m of each parameter lies in the updater's flat state, as parameter {@code name#m}.
   * DL4J keeps the state of a block of equally treated parameters together: all first moments, then
   * all second ones.
   */
  public static ParameterLayout state(BaseMultiLayerUpdater<?> updater) {
    List<ParameterSlot> slots = new ArrayList<>();
    for (UpdaterBlock block : updater.getUpdaterBlocks()) {
      long parameters = (long) block.getParamOffsetEnd() - block.getParamOffsetStart();
      long state = (long) block.getUpdaterViewOffsetEnd() - block.getUpdaterViewOffsetStart();
      for (long moment = 0; parameters > 0 && moment < state / parameters; moment++) {
        long shift =
            block.getUpdaterViewOffsetStart() + moment * parameters - block.getParamOffsetStart();
        for (ParamState parameter : block.getLayersAndVariablesInBlock()) {
          slots.add(slot(parameter, "#" + moment, parameter.getParamOffsetStart() + shift));
        }
      }
    }
    return new ParameterLayout(slots);
  }

  private static ParameterSlot slot(ParamState parameter, String suffix, long offset) {
    Trainable owner = parameter.getLayer();
    return new ParameterSlot(
        vertex(owner),
        parameter.getParamName() + suffix,
        offset,
        parameter.getParamOffsetEnd() - parameter.getParamOffsetStart(),
        ParameterRole.kind(owner, parameter.getParamName()),
        ParameterRole.isFrozen(owner, parameter.getParamName()));
  }

  private static String vertex(Trainable owner) {
    if (owner instanceof GraphVertex vertex) {
      return vertex.getVertexName();
    }
    return owner instanceof Layer layer
        ? Integer.toString(layer.getIndex())
        : owner.getConfig().getLayerName();
  }
}
