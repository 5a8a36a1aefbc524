package io.millrace.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;

/** Finds the residual branches of a network: they end in a sum, and are the longer way to it. */
public final class ResidualBlocks {
  private ResidualBlocks() {}

  /** The batch norms that end a residual branch, one for each sum that a batch norm feeds. */
  public static List<String> lastBatchNorms(ComputationGraphConfiguration configuration) {
    Map<String, Integer> depths = new HashMap<>();
    List<String> found = new ArrayList<>();
    configuration
        .getVertices()
        .forEach(
            (name, vertex) -> {
              if (vertex instanceof ElementWiseVertex sum
                  && sum.getOp() == ElementWiseVertex.Op.Add) {
                configuration.getVertexInputs().get(name).stream()
                    .filter(input -> isBatchNorm(configuration.getVertices().get(input)))
                    .max(Comparator.comparingInt(input -> depth(configuration, input, depths)))
                    .ifPresent(found::add);
              }
            });
    return found;
  }

  private static boolean isBatchNorm(GraphVertex vertex) {
    return vertex instanceof LayerVertex layer
        && layer.getLayerConf().getLayer() instanceof BatchNormalization norm
        && !norm.isLockGammaBeta();
  }

  private static int depth(
      ComputationGraphConfiguration configuration, String name, Map<String, Integer> known) {
    Integer depth = known.get(name);
    if (depth == null) {
      depth = 0;
      for (String input : configuration.getVertexInputs().getOrDefault(name, List.of())) {
        depth = Math.max(depth, 1 + depth(configuration, input, known));
      }
      known.put(name, depth);
    }
    return depth;
  }
}
