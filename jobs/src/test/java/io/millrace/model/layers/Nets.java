package io.millrace.model.layers;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.ImageShape;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Pieces of small networks, and the proof that a native twin agrees with the stock one. */
public final class Nets {
  static final int CLASSES = 5;
  static final int EXAMPLES = 6;

  private Nets() {}

  /** Images of one shape in a format, and what is asked of a network that takes them. */
  record Images(int height, int width, int channels, CNN2DFormat format) {
    Images(int height, int width, int channels) {
      this(height, width, channels, CNN2DFormat.NCHW);
    }

    Images in(CNN2DFormat other) {
      return new Images(height, width, channels, other);
    }

    ImageShape shape() {
      return new ImageShape(height, width, channels);
    }

    /** An empty graph with the input {@code in}. */
    GraphBuilder graph() {
      return new NeuralNetConfiguration.Builder()
          .seed(4)
          .updater(sgd())
          .graphBuilder()
          .addInputs("in")
          .setInputTypes(InputType.convolutional(height, width, channels, format));
    }

    INDArray random() {
      return format == CNN2DFormat.NCHW
          ? Nd4j.randn(new long[] {EXAMPLES, channels, height, width})
          : Nd4j.randn(new long[] {EXAMPLES, height, width, channels});
    }

    /** The twins agree, and vertices of exactly these kinds stay stock. */
    void agree(ComputationGraphConfiguration configuration, String... stock) {
      assertThat(agreeing(configuration))
          .filteredOn(LayerPath::isStock)
          .extracting(LayerPath::path)
          .containsExactlyInAnyOrder(
              Arrays.stream(stock).map("stock "::concat).toArray(String[]::new));
    }

    /** The twins agree; returns what ran where. */
    List<LayerPath> agreeing(ComputationGraphConfiguration configuration) {
      Nd4j.getRandom().setSeed(11);
      Twins twins = new Twins(configuration);
      twins.agree(random(), labels());
      return twins.paths;
    }
  }

  static INDArray labels() {
    INDArray labels = Nd4j.zeros(EXAMPLES, CLASSES);
    for (int i = 0; i < EXAMPLES; i++) {
      labels.putScalar(i, i % CLASSES, 1);
    }
    return labels;
  }

  /** A convolution with kernel k x k and padding that keeps the size at stride 1. */
  static ConvolutionLayer convolution(int channels, int kernel, int stride, boolean bias) {
    return new ConvolutionLayer.Builder(kernel, kernel)
        .stride(stride, stride)
        .padding(kernel / 2, kernel / 2)
        .convolutionMode(ConvolutionMode.Truncate)
        .hasBias(bias)
        .activation(Activation.IDENTITY)
        .nOut(channels)
        .build();
  }

  /** Padding for DL4J, which refuses one in mode "same". */
  static int[] unlessSame(ConvolutionMode mode, int padding) {
    int used = mode == ConvolutionMode.Same ? 0 : padding;
    return new int[] {used, used};
  }

  /** The graph with a flattening dense layer on {@code top}, which sees the order of features. */
  static ComputationGraphConfiguration flattened(GraphBuilder graph, String top) {
    return graph
        .addLayer(
            "dense", new DenseLayer.Builder().nOut(7).activation(Activation.TANH).build(), top)
        .addLayer("output", output(), "dense")
        .setOutputs("output")
        .build();
  }

  static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  static Sgd sgd() {
    return new Sgd(0.1);
  }
}
