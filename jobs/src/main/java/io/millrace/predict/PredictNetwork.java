package io.millrace.predict;

import io.millrace.evaluate.InferenceNetwork;
import io.millrace.model.NetworkCopy;
import io.millrace.model.NetworkJson;
import io.millrace.model.ParameterLayout;
import io.millrace.model.layers.FastPath;
import io.millrace.model.layers.NativeMemory;
import io.millrace.replica.NetworkSpec;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * The network that predicts.
 *
 * @param json its configuration, with the layer that is written as a second output
 * @param layout where the parameters lie in a flat vector
 * @param fastPath on which layers it runs
 * @param folds whether batch norms are folded into the layers before them
 * @param output name of the layer with the probabilities
 * @param layer name of the layer whose output is written; null for none
 */
record PredictNetwork(
    String json,
    ParameterLayout layout,
    FastPath fastPath,
    boolean folds,
    String output,
    String layer)
    implements NetworkSpec<Predictor>, Serializable {
  /**
   * That of a model.
   *
   * @param layer whose output is written; null for none
   * @throws IllegalArgumentException if the network has no such layer
   */
  static PredictNetwork of(
      ComputationGraphConfiguration canonical, FastPath fastPath, boolean folds, String layer) {
    ComputationGraph net = new ComputationGraph(NetworkCopy.of(canonical));
    net.init();
    ParameterLayout layout = ParameterLayout.of(net);
    NativeMemory.freeUnrun(net);
    ComputationGraphConfiguration network = NetworkCopy.of(canonical);
    List<String> outputs = new ArrayList<>(network.getNetworkOutputs());
    if (layer != null && !network.getVertices().containsKey(layer)) {
      throw new IllegalArgumentException(
          "Invalid --layer: %s (must be one of the model's: %s)"
              .formatted(layer, String.join(", ", network.getVertices().keySet())));
    }
    if (layer != null && !outputs.contains(layer)) {
      outputs.add(layer);
      network.setNetworkOutputs(outputs);
      network.setValidateOutputLayerConfig(false);
    }
    return new PredictNetwork(
        NetworkJson.of(network), layout, fastPath, folds, outputs.get(0), layer);
  }

  @Override
  public String key() {
    return json + fastPath + folds;
  }

  @Override
  public Predictor network() {
    return new Predictor(
        new InferenceNetwork(ComputationGraphConfiguration.fromJson(json), layout, fastPath, folds),
        this);
  }
}
