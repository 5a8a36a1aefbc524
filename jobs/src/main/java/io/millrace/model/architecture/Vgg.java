package io.millrace.model.architecture;

import io.millrace.model.WeightNames;
import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;

/**
 * The plain deep networks: five stages of 3x3 convolutions with w, 2w, 4w, 8w and 8w channels, each
 * ended by a 2x2 max pooling, two dense layers, and that of the classes; dropout behind each of the
 * two. Biases everywhere.
 *
 * <p>Karen Simonyan, Andrew Zisserman: Very Deep Convolutional Networks for Large-Scale Image
 * Recognition (2014, arXiv 1409.1556), configurations A, B, D and E. Batch norm behind each
 * convolution as in torchvision, which also brings the last images to 7x7: here the first dense
 * layer takes what the images leave, which is 7x7 at 224.
 *
 * @param depth weighted layers
 * @param batchNorm whether a batch norm follows each convolution
 * @param width channels w of the first stage; the paper's is 64
 * @param dense outputs of the two dense layers; the paper's is 4096
 * @param dropout share of their outputs set to 0 in training; the paper's is 0.5
 */
@Named(value = "vgg", doc = "Plain network of 3x3 convolutions and large dense layers.")
public record Vgg(
    @Key(doc = "Weighted layers: 11, 13, 16 or 19.", value = "16") int depth,
    @Key(doc = "Whether a batch norm follows each convolution.", value = "false") boolean batchNorm,
    @Key(doc = "Channels of the first stage.", value = "64", min = 1, max = 1024) int width,
    @Key(doc = "Outputs of the two dense layers.", value = "4096", min = 1, max = 65536) int dense,
    @Key(
            doc = "Share of the dense layers' outputs that training sets to 0.",
            value = "0.5",
            min = 0,
            max = 1,
            below = true)
        double dropout,
    @Key(doc = HiddenActivation.DOC, value = "relu") HiddenActivation activation)
    implements OwnArchitecture {
  private static final int LEAST_SIDE = 32;

  private static final Map<Integer, List<Integer>> CONVOLUTIONS =
      Map.of(
          11, List.of(1, 1, 2, 2, 2),
          13, List.of(2, 2, 2, 2, 2),
          16, List.of(2, 2, 3, 3, 3),
          19, List.of(2, 2, 4, 4, 4));

  /** Checks the depth. */
  public Vgg {
    if (!CONVOLUTIONS.containsKey(depth)) {
      throw new IllegalArgumentException("Invalid depth: " + depth + " (must be 11, 13, 16 or 19)");
    }
  }

  @Override
  public String words() {
    String words =
        "vgg of depth %d%s".formatted(depth, batchNorm ? " with batch norm" : "")
            + (width == 64 ? "" : ", width " + width)
            + (dense == 4096 ? "" : ", dense " + dense)
            + ", dropout "
            + dropout;
    return activation.after(words, HiddenActivation.RELU);
  }

  @Override
  public ComputationGraphConfiguration configuration(NetworkPurpose purpose) {
    StockGraph.requireSides(purpose.images(), LEAST_SIDE, "vgg");
    StockGraph graph = new StockGraph(purpose, activation);
    String top = StockGraph.INPUT;
    for (int stage = 1; stage <= 5; stage++) {
      for (int i = 1; i <= CONVOLUTIONS.get(depth).get(stage - 1); i++) {
        top = convolution(graph, "stage%d_conv%d".formatted(stage, i), stage, top);
      }
      top = graph.add("stage%d_pool".formatted(stage), Pooling.largest(2, 2, 0), top);
    }
    for (String name : List.of("dense1", "dense2")) {
      top = graph.drop(name + "_dropout", dropout, graph.dense(name, dense, top));
    }
    return graph.classify(top, purpose);
  }

  @Override
  public Optional<UnaryOperator<String>> layerNames(WeightNames library) {
    return switch (library) {
      case TORCHVISION ->
          Optional.of(
              names(Map.of("dense1", "classifier.0", "dense2", "classifier.3"), "classifier.6"));
      case TIMM ->
          Optional.of(
              names(Map.of("dense1", "pre_logits.fc1", "dense2", "pre_logits.fc2"), "head.fc"));
      case OWN -> Optional.empty();
    };
  }

  /** Both libraries number all layers in front of the dense ones through, poolings too. */
  private UnaryOperator<String> names(Map<String, String> dense, String output) {
    int layers = batchNorm ? 3 : 2; // of a convolution, with what follows it
    Map<String, String> names = new HashMap<>(dense);
    names.put("output", output);
    int index = 0;
    for (int stage = 1; stage <= 5; stage++) {
      for (int i = 1; i <= CONVOLUTIONS.get(depth).get(stage - 1); i++) {
        String name = "stage%d_conv%d".formatted(stage, i);
        names.put(name, "features." + index);
        names.put(name + "_bn", "features." + (index + 1));
        index += layers;
      }
      index++;
    }
    return names::get;
  }

  private String convolution(StockGraph graph, String name, int stage, String input) {
    ConvolutionLayer layer = StockGraph.convolution(3, 1, width << Math.min(stage - 1, 3));
    layer.setHasBias(true);
    if (!batchNorm) {
      layer.setActivationFn(graph.activation());
      return graph.add(name, layer, input);
    }
    return graph.activate(name, graph.normalise(name + "_bn", graph.add(name, layer, input)));
  }
}
