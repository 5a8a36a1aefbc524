package io.millrace.model.architecture;

import io.millrace.model.ImageShape;
import io.millrace.settings.Key;
import io.millrace.settings.Named;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;

/**
 * The network for digits: 5x5 convolutions with 6 and 16 channels, each followed by the mean of
 * 2x2, dense layers of 120 and 84, and that of the classes.
 *
 * <p>Yann LeCun, Leon Bottou, Yoshua Bengio, Patrick Haffner: Gradient-Based Learning Applied to
 * Document Recognition (1998), section II.B, for images of 32x32. As commonly built, it differs:
 * the second convolution sees all channels, the means have no weights, tanh is not scaled, and the
 * output is a softmax. 61,706 parameters for ten classes.
 *
 * @param padding black pixels around the image; null for 2 around images of 28x28, else none
 */
@Named(value = "lenet-5", doc = "Small network for digits, 32x32 or 28x28.")
public record LeNet5(
    @Key(
            doc = "Black pixels around the image; null for 2 around 28x28, else none.",
            value = "null",
            min = 0,
            max = 4)
        Integer padding,
    @Key(doc = HiddenActivation.DOC, value = "tanh") HiddenActivation activation)
    implements OwnArchitecture {
  private static final int LEAST_SIDE = 16;

  @Override
  public String words() {
    return activation.after("lenet-5", HiddenActivation.TANH);
  }

  @Override
  public ComputationGraphConfiguration configuration(NetworkPurpose purpose) {
    int around = padding(purpose.images());
    StockGraph.requireSides(purpose.images(), LEAST_SIDE - 2 * around, "lenet-5");
    StockGraph graph = new StockGraph(purpose, activation);
    String top = convolution(graph, "conv1", 6, around, StockGraph.INPUT);
    top = convolution(graph, "conv2", 16, 0, graph.add("pool1", Pooling.mean(), top));
    top = graph.dense("dense1", 120, graph.add("pool2", Pooling.mean(), top));
    return graph.classify(graph.dense("dense2", 84, top), purpose);
  }

  private int padding(ImageShape images) {
    if (padding != null) {
      return padding;
    }
    return images.height() == 28 && images.width() == 28 ? 2 : 0;
  }

  private static String convolution(
      StockGraph graph, String name, int channels, int padding, String input) {
    ConvolutionLayer layer = StockGraph.convolution(5, 1, channels);
    layer.setPadding(new int[] {padding, padding});
    layer.setHasBias(true);
    layer.setActivationFn(graph.activation());
    return graph.add(name, layer, input);
  }
}
