package io.millrace.diagnostics;

import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.model.ParameterSlot.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;

/**
 * The weights of a network in its order, biases, gammas and betas left out.
 *
 * @param weights names of the parameters
 * @param convolutions those of convolutions
 */
public record Layers(List<String> weights, List<String> convolutions) {
  public Layers {
    weights = List.copyOf(weights);
    convolutions = List.copyOf(convolutions);
  }

  /**
   * Those of a network.
   *
   * @param trained whether an optimiser moves a parameter
   */
  public static Layers of(
      ComputationGraphConfiguration network,
      ParameterLayout layout,
      Predicate<ParameterSlot> trained) {
    List<String> weights = new ArrayList<>();
    List<String> convolutions = new ArrayList<>();
    for (ParameterSlot slot : layout.slots()) {
      if (slot.kind() == Kind.WEIGHT && trained.test(slot)) {
        weights.add(slot.key());
        GraphVertex vertex = network.getVertices().get(slot.vertex());
        if (vertex instanceof LayerVertex layer
            && layer.getLayerConf().getLayer() instanceof ConvolutionLayer) {
          convolutions.add(slot.key());
        }
      }
    }
    return new Layers(weights, convolutions);
  }

  /** The deep ones, to be held against each other: convolutions where there are two or more. */
  List<String> deep() {
    return convolutions.size() > 1 ? convolutions : weights;
  }
}
