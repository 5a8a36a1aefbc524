package io.millrace.evaluate;

import io.millrace.model.ClassMatch;
import io.millrace.model.ModelInput;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What evaluation has to know of a model but for its weights.
 *
 * @param network the canonical network
 * @param classes class names in the order of its outputs
 * @param input what an image becomes before it sees it
 */
public record EvaluatedModel(
    ComputationGraphConfiguration network, List<String> classes, ModelInput input) {

  /**
   * Checks that an image is all that it takes, and that each output has a class, where the output
   * layer says how many there are.
   */
  public EvaluatedModel {
    classes = List.copyOf(classes);
    requireOne("input", network.getNetworkInputs());
    requireOne("output", network.getNetworkOutputs());
    if (network.getDataType() != DataType.FLOAT) {
      throw new IllegalArgumentException(
          "Cannot evaluate a network of data type %s (must be FLOAT)"
              .formatted(network.getDataType()));
    }
    String output = network.getNetworkOutputs().get(0);
    if (network.getVertices().get(output) instanceof LayerVertex vertex
        && vertex.getLayerConf().getLayer() instanceof FeedForwardLayer layer
        && layer.getNOut() != classes.size()) {
      throw new IllegalArgumentException(
          "Cannot evaluate a network of %d outputs (must be one for each of %d classes: %s)"
              .formatted(layer.getNOut(), classes.size(), ClassMatch.named(classes)));
    }
  }

  private static void requireOne(String what, List<String> names) {
    if (names == null || names.size() != 1) {
      throw new IllegalArgumentException(
          "Cannot evaluate a network of the %ss %s (must be one)".formatted(what, names));
    }
  }
}
