package io.millrace.onnx;

import static io.millrace.onnx.OnnxGraph.attribute;

import io.millrace.model.layers.LayerSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import onnx.Onnx.AttributeProto;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolutions of images, and of each channel by itself. Weights are [out, in, kH, kW] in both
 * worlds; those of a channel by itself [kH, kW, in, m] in DL4J, [in m, 1, kH, kW] in ONNX.
 */
final class Convolutions implements LayerKind {
  private static final LayerSettings SETTINGS =
      new LayerSettings(ConvolutionLayer.class, Convolution2D.class, DepthwiseConvolution2D.class)
          .withWeights()
          .any("iDropout", "kernelSize", "stride", "padding", "dilation", "hasBias")
          .any("depthMultiplier", "defaultValueOverriden", "cudnnAllowFallback", "cudnnAlgoMode")
          .any("cudnnFwdAlgo", "cudnnBwdFilterAlgo", "cudnnBwdDataAlgo")
          .only("cnn2dDataFormat", CNN2DFormat.NCHW::equals)
          .only("convolutionMode", mode -> mode != null && mode != ConvolutionMode.Causal)
          .only("activationFn", Activations::serves);

  @Override
  public Optional<String> refusal(Layer layer) {
    return SETTINGS.refusal(layer);
  }

  @Override
  public String write(OnnxGraph graph, Layer layer, Place place) {
    ConvolutionLayer convolution = (ConvolutionLayer) layer;
    INDArray weights = place.parameters().get(ConvolutionParamInitializer.WEIGHT_KEY);
    boolean depthwise = layer instanceof DepthwiseConvolution2D;
    INDArray axes = depthwise ? weights.permute(2, 3, 0, 1) : weights;
    long[] shape =
        depthwise
            ? new long[] {axes.size(0) * axes.size(1), 1, axes.size(2), axes.size(3)}
            : axes.shape();
    List<String> inputs = new ArrayList<>(List.of(place.input()));
    inputs.add(graph.weights(place.name() + ".W", Place.values(axes), shape));
    if (convolution.hasBias()) {
      float[] bias = place.values(ConvolutionParamInitializer.BIAS_KEY);
      inputs.add(graph.weights(place.name() + ".b", bias, bias.length));
    }
    Borders borders =
        new Borders(
            convolution.getKernelSize(),
            convolution.getStride(),
            convolution.getPadding(),
            convolution.getDilation(),
            convolution.getConvolutionMode());
    List<AttributeProto> attributes = new ArrayList<>(borders.attributes(place.sides()));
    attributes.add(attribute("group", depthwise ? axes.size(0) : 1));
    String linear =
        graph.node(
            "Conv", place.name() + "_linear", inputs, attributes.toArray(new AttributeProto[0]));
    return Activations.write(graph, convolution.getActivationFn(), linear, place.name());
  }
}
