package io.millrace.model;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;

/**
 * The JSON of a network that reads back as the same network. DL4J reads whether a batch norm holds
 * plain variance from the list of the layer's parameters, which only an initialised network has: of
 * any other, {@code toJson} gives a net that takes the variance for a logarithm.
 */
public final class NetworkJson {
  private NetworkJson() {}

  /** The JSON with the parameters of every layer named; the configuration stays as it is. */
  public static String of(ComputationGraphConfiguration network) {
    ComputationGraphConfiguration named = NetworkCopy.of(network);
    for (GraphVertex vertex : named.getVertices().values()) {
      if (vertex instanceof LayerVertex layer) {
        name(layer.getLayerConf());
      }
    }
    return named.toJson();
  }

  /**
   * The network of a DL4J configuration JSON, of a {@code ComputationGraph} or a {@code
   * MultiLayerNetwork}.
   *
   * @throws IllegalArgumentException when the text is neither
   */
  public static ComputationGraphConfiguration read(String json) {
    try {
      return json.contains("\"networkInputs\"")
          ? ComputationGraphConfiguration.fromJson(json)
          : LinearGraph.of(MultiLayerConfiguration.fromJson(json));
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "Invalid model.configuration: not a DL4J network (must be the JSON of a"
              + " ComputationGraphConfiguration or MultiLayerConfiguration)",
          e);
    }
  }

  private static void name(NeuralNetConfiguration conf) {
    Layer layer = conf.getLayer();
    List<String> names = new ArrayList<>(layer.initializer().paramKeys(layer));
    conf.setVariables(names);
  }
}
