package io.millrace.onnx;

import io.millrace.model.layers.LayerSettings;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Dense layers, the output among them: {@code y = f(x W + b)}, W [in, out]. */
final class DenseLayers implements LayerKind {
  private static final LayerSettings SETTINGS =
      new LayerSettings(DenseLayer.class, OutputLayer.class)
          .withWeights()
          .any("iDropout", "hasBias", "lossFn")
          .only("hasLayerNorm", Boolean.FALSE::equals)
          .only("activationFn", Activations::serves);

  @Override
  public Optional<String> refusal(Layer layer) {
    return SETTINGS.refusal(layer);
  }

  @Override
  public String write(OnnxGraph graph, Layer layer, Place place) {
    String name = place.name();
    INDArray weights = place.parameters().get(DefaultParamInitializer.WEIGHT_KEY);
    String w = graph.weights(name + ".W", Place.values(weights), weights.shape());
    String linear;
    if (hasBias(layer)) {
      float[] bias = place.values(DefaultParamInitializer.BIAS_KEY);
      String b = graph.weights(name + ".b", bias, bias.length);
      linear = graph.node("Gemm", name + "_linear", List.of(place.input(), w, b));
    } else {
      linear = graph.node("MatMul", name + "_linear", List.of(place.input(), w));
    }
    return Activations.write(graph, ((FeedForwardLayer) layer).getActivationFn(), linear, name);
  }

  private static boolean hasBias(Layer layer) {
    return layer instanceof BaseOutputLayer output
        ? output.hasBias()
        : ((DenseLayer) layer).hasBias();
  }
}
