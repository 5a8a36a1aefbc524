package io.millrace.plan;

import io.millrace.model.NetworkCopy;
import java.util.LongSummaryStatistics;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;

/**
 * How large a network is, read from its configuration alone.
 *
 * @param parameters elements of the parameter vector, running statistics included
 * @param activations elements of all vertices' outputs for one example
 * @param widest elements of the largest of them
 */
public record NetworkSize(long parameters, long activations, long widest) {
  /** The size of {@code network} for images of this shape. */
  public static NetworkSize of(
      ComputationGraphConfiguration network, int height, int width, int channels) {
    Map<String, InputType> outputs =
        NetworkCopy.of(network) // which DL4J adapts to the images
            .getLayerActivationTypes(InputType.convolutional(height, width, channels));
    LongSummaryStatistics activations =
        outputs.values().stream().mapToLong(InputType::arrayElementsPerExample).summaryStatistics();
    long parameters = 0;
    for (GraphVertex vertex : network.getVertices().values()) {
      if (vertex instanceof LayerVertex layer) {
        NeuralNetConfiguration conf = layer.getLayerConf();
        parameters += conf.getLayer().initializer().numParams(conf);
      }
    }
    return new NetworkSize(parameters, activations.getSum(), activations.getMax());
  }
}
