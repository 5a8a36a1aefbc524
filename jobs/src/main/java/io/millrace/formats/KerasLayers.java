package io.millrace.formats;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A layer of Keras 2 as the layer of DL4J that gives the same, with channels first: kinds and
 * settings whose equality the tests show, by Keras' own outputs or a plain loop; every other
 * setting is refused by name.
 */
final class KerasLayers {
  /** The order of channels in images of Keras that is read. */
  static final String LAST = "channels_last";

  private static final Map<String, IActivation> ACTIVATIONS =
      Map.of(
          "linear", new ActivationIdentity(),
          "relu", new ActivationReLU(),
          "relu6", new ActivationReLU6(),
          "tanh", new ActivationTanH(),
          "sigmoid", new ActivationSigmoid());

  private KerasLayers() {}

  static ConvolutionLayer convolution(KerasLayer layer) throws IOException {
    layer.requireOnly(
        Set.of(
            "filters",
            "kernel_size",
            "strides",
            "padding",
            "data_format",
            "dilation_rate",
            "groups",
            "activation",
            "use_bias"));
    layer.require("data_format", LAST);
    layer.require("dilation_rate", "[1,1]");
    layer.require("groups", 1);
    return new ConvolutionLayer.Builder(layer.sides("kernel_size"))
        .stride(layer.sides("strides"))
        .convolutionMode(isSame(layer) ? ConvolutionMode.Same : ConvolutionMode.Truncate)
        .nOut((int) layer.number("filters", 1, 1 << 16))
        .hasBias(layer.flag("use_bias"))
        .activation(function(layer))
        .build();
  }

  private static boolean isSame(KerasLayer layer) throws IOException {
    if (!layer.text("padding").matches("same|valid")) {
      throw layer.refused("padding", "same or valid");
    }
    return layer.text("padding").equals("same");
  }

  static SubsamplingLayer pooling(KerasLayer layer, PoolingType type) throws IOException {
    layer.requireOnly(Set.of("pool_size", "strides", "padding", "data_format"));
    layer.require("data_format", LAST);
    layer.require("padding", "valid");
    int[] size = layer.sides("pool_size");
    return new SubsamplingLayer.Builder(type)
        .kernelSize(size)
        .stride(layer.sides("strides", size))
        .convolutionMode(ConvolutionMode.Truncate)
        .build();
  }

  static GlobalPoolingLayer globalPooling(KerasLayer layer, PoolingType type) throws IOException {
    layer.requireOnly(Set.of("data_format", "keepdims"));
    layer.require("data_format", LAST);
    layer.require("keepdims", false);
    return new GlobalPoolingLayer.Builder(type).build();
  }

  /** Of the last axis, which is to be checked. */
  static BatchNormalization batchNorm(KerasLayer layer) throws IOException {
    layer.requireOnly(Set.of("axis", "momentum", "epsilon", "center", "scale"));
    layer.require("center", true);
    layer.require("scale", true);
    return new BatchNormalization.Builder()
        .eps(layer.number("epsilon", 0, 1))
        .decay(layer.number("momentum", 0, 1))
        .useLogStd(false)
        .build();
  }

  static ActivationLayer activation(KerasLayer layer) throws IOException {
    layer.requireOnly(Set.of("activation"));
    return new ActivationLayer(function(layer));
  }

  static ActivationLayer relu(KerasLayer layer) throws IOException {
    layer.requireOnly(Set.of("max_value", "negative_slope", "threshold"));
    layer.require("negative_slope", 0.0);
    layer.require("threshold", 0.0);
    layer.require("max_value", 6.0);
    boolean capped = layer.config().path("max_value").isNumber();
    return new ActivationLayer(ACTIVATIONS.get(capped ? "relu6" : "relu"));
  }

  /** None where nothing is dropped. */
  static Optional<DropoutLayer> dropout(KerasLayer layer) throws IOException {
    layer.requireOnly(Set.of("rate", "noise_shape"));
    double rate = layer.number("rate", 0, 0.999);
    if (!layer.config().path("noise_shape").isMissingNode()
        && !layer.config().path("noise_shape").isNull()) {
      throw layer.refused("noise_shape", "null");
    }
    return rate == 0 ? Optional.empty() : Optional.of(new DropoutLayer(1 - rate));
  }

  static DenseLayer dense(KerasLayer layer) throws IOException {
    return new DenseLayer.Builder()
        .nOut(units(layer))
        .hasBias(layer.flag("use_bias"))
        .activation(function(layer))
        .build();
  }

  /** The dense layer that gives the classes, with the softmax that may stand behind it. */
  static OutputLayer output(KerasLayer layer) throws IOException {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(units(layer))
        .hasBias(layer.flag("use_bias"))
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static int units(KerasLayer layer) throws IOException {
    layer.requireOnly(Set.of("units", "activation", "use_bias"));
    return (int) layer.number("units", 1, 1 << 20);
  }

  private static IActivation function(KerasLayer layer) throws IOException {
    IActivation activation = ACTIVATIONS.get(layer.text("activation"));
    if (activation == null) {
      throw layer.refused("activation", "linear, relu, relu6, tanh or sigmoid, softmax at the end");
    }
    return activation;
  }
}
