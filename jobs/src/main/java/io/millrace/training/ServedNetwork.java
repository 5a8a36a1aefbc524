package io.millrace.training;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.graph.vertex.impl.FrozenVertex;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;

/** Which networks can be trained here. Runs on the driver, before Spark starts. */
public final class ServedNetwork {
  private ServedNetwork() {}

  /**
   * Refuses an initialised network that cannot be trained.
   *
   * @param byRecipe whether a recipe makes the updates, in the place of the network's own updater
   * @throws IllegalArgumentException in one line that names what is not served
   */
  public static void check(Model net, boolean byRecipe) {
    if (net instanceof ComputationGraph graph) {
      check(graph.getConfiguration());
      refuseUnreached(graph);
      if (byRecipe) {
        OwnRules.refuse(net, Arrays.asList(graph.getVertices()));
      }
    } else {
      MultiLayerNetwork stack = (MultiLayerNetwork) net;
      check(
          stack.getLayerWiseConfigurations().getDataType(),
          stack.getLayerWiseConfigurations().getBackpropType());
      if (byRecipe) {
        OwnRules.refuse(net, Arrays.asList(stack.getLayers()));
      }
    }
  }

  /**
   * Refuses what the configuration of a network alone tells.
   *
   * @throws IllegalArgumentException in one line that names what is not served
   */
  public static void check(ComputationGraphConfiguration network) {
    one("inputs", network.getNetworkInputs());
    one("outputs", network.getNetworkOutputs());
    check(network.getDataType(), network.getBackpropType());
  }

  private static void one(String what, List<String> names) {
    if (names.size() != 1) {
      throw new IllegalArgumentException(
          "Cannot train a network with %d %s, %s (must have one, as a DataSet has)"
              .formatted(names.size(), what, String.join(", ", names)));
    }
  }

  /** DL4J's backward pass ends at frozen vertices, and fails at others below them. */
  private static void refuseUnreached(ComputationGraph graph) {
    GraphVertex[] vertices = graph.getVertices();
    Set<GraphVertex> reached = new HashSet<>();
    Deque<GraphVertex> next = new ArrayDeque<>();
    graph.getConfiguration().getNetworkOutputs().forEach(name -> next.add(graph.getVertex(name)));
    while (!next.isEmpty()) {
      GraphVertex vertex = next.remove();
      if (reached.add(vertex) && !isFrozen(vertex) && vertex.getInputVertices() != null) {
        for (VertexIndices input : vertex.getInputVertices()) {
          next.add(vertices[input.getVertexIndex()]);
        }
      }
    }
    for (GraphVertex vertex : vertices) {
      if (!vertex.isInputVertex() && !isFrozen(vertex) && !reached.contains(vertex)) {
        throw new IllegalArgumentException(
            "Cannot train a network where no gradient reaches layer %s: all above it is frozen"
                    .formatted(vertex.getVertexName())
                + " (freeze it too)");
      }
    }
  }

  private static boolean isFrozen(GraphVertex vertex) {
    return vertex instanceof FrozenVertex
        || (vertex.hasLayer() && vertex.getLayer() instanceof FrozenLayer);
  }

  private static void check(DataType type, BackpropType backprop) {
    if (type != DataType.FLOAT) {
      throw new IllegalArgumentException(
          "Cannot train a network of data type " + type + " (must be FLOAT)");
    }
    if (backprop != BackpropType.Standard) {
      throw new IllegalArgumentException(
          "Cannot train a network with backpropType %s (must be Standard: an update for each"
                  .formatted(backprop)
              + " segment would not be one for each minibatch)");
    }
  }
}
