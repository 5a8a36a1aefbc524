package io.millrace.model;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;

/**
 * What of a network makes an example's gradient hang on the others of its minibatch, or on its
 * place there: one that is cut otherwise among workers then trains otherwise.
 */
public final class WithinMinibatch {
  private WithinMinibatch() {}

  /** Its kinds in words; none for a network that looks at each example by itself. */
  public static List<String> of(ComputationGraphConfiguration network) {
    List<Layer> layers =
        network.getVertices().values().stream()
            .filter(LayerVertex.class::isInstance)
            .map(vertex -> ((LayerVertex) vertex).getLayerConf().getLayer())
            .toList();
    List<String> kinds = new ArrayList<>();
    if (layers.stream().anyMatch(BatchNormalization.class::isInstance)) {
      kinds.add("batch norms");
    }
    if (layers.stream().anyMatch(WithinMinibatch::draws)) {
      kinds.add("dropout");
    }
    return kinds;
  }

  private static boolean draws(Layer layer) {
    return layer.getIDropout() != null
        || layer instanceof BaseLayer weighted && weighted.getWeightNoise() != null;
  }
}
