package io.millrace.model.architecture;

import io.millrace.model.WeightNames;
import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/**
 * The residual networks for large images: a stem that makes them four times smaller, four stages of
 * blocks with w, 2w, 4w and 8w channels, global average pooling, one dense layer. From depth 50 on
 * a block is a bottleneck, of 1x1, 3x3 and 1x1 convolutions, the last with four times the channels.
 *
 * <p>Kaiming He, Xiangyu Zhang, Shaoqing Ren, Jian Sun: Deep Residual Learning for Image
 * Recognition (2015, arXiv 1512.03385). Forms B, C and D: Tong He, Zhi Zhang, Hang Zhang, Zhongyue
 * Zhang, Junyuan Xie, Mu Li: Bag of Tricks for Image Classification with Convolutional Neural
 * Networks, section 4 (2018, arXiv 1812.01187).
 *
 * @param depth weighted layers
 * @param width channels w of the first stage; the paper's is 64
 */
@Named(value = "resnet", doc = "Residual network of basic blocks, or of bottlenecks from depth 50.")
public record ResNet(
    @Key(doc = "Weighted layers: 18, 34, 50, 101 or 152.", value = "50") int depth,
    @Key(
            doc =
                "Stride in a bottleneck's first 1x1 (original) or in its 3x3 (b); c has three 3x3 for the stem's 7x7 as well, d averages before a shortcut's 1x1 too.",
            value = "b")
        Form form,
    @Key(doc = "Channels of the first stage.", value = "64", min = 2, max = 1024) int width,
    @Key(doc = Architecture.ZERO_GAMMA, value = "true") boolean zeroGamma,
    @Key(doc = HiddenActivation.DOC, value = "relu") HiddenActivation activation)
    implements OwnArchitecture {
  /** The published forms; each of B, C, D has what the one before has. */
  public enum Form {
    /** The first 1x1 of a bottleneck has the stride. */
    ORIGINAL,
    /** The 3x3 has it, as in torchvision ("v1.5"; Gross, Wilber 2016). */
    B,
    /** A stem of three 3x3 with w/2, w/2 and w channels. */
    C,
    /** A shortcut that halves takes the mean of 2x2 pixels first, and no stride in its 1x1. */
    D
  }

  private static final Map<Integer, List<Integer>> BLOCKS =
      Map.of(
          18, List.of(2, 2, 2, 2),
          34, List.of(3, 4, 6, 3),
          50, List.of(3, 4, 6, 3),
          101, List.of(3, 4, 23, 3),
          152, List.of(3, 8, 36, 3));

  /** Checks the depth. */
  public ResNet {
    if (!BLOCKS.containsKey(depth)) {
      throw new IllegalArgumentException(
          "Invalid depth: " + depth + " (must be 18, 34, 50, 101 or 152)");
    }
  }

  @Override
  public String words() {
    String words =
        "resnet of depth %d, form %s".formatted(depth, form.name().toLowerCase(Locale.ROOT))
            + (width == 64 ? "" : ", width " + width);
    return activation.after(words, HiddenActivation.RELU);
  }

  @Override
  public ComputationGraphConfiguration configuration(NetworkPurpose purpose) {
    StockGraph graph = new StockGraph(purpose, activation);
    String top = graph.add("stem_pool", Pooling.largest(3, 2, 1), stem(graph));
    for (int stage = 1; stage <= BLOCKS.get(depth).size(); stage++) {
      for (int block = 1; block <= BLOCKS.get(depth).get(stage - 1); block++) {
        top = block(graph, stage, block, top);
      }
    }
    return graph.classify(graph.globalAverage(top), purpose);
  }

  @Override
  public Optional<UnaryOperator<String>> layerNames(WeightNames library) {
    boolean known =
        switch (library) {
          case TORCHVISION -> form == Form.B;
          case TIMM -> form != Form.ORIGINAL;
          case OWN -> false;
        };
    return known ? Optional.of(new ResNetNames(form == Form.D)::of) : Optional.empty();
  }

  private String stem(StockGraph graph) {
    if (form.compareTo(Form.C) < 0) {
      return graph.activate("stem", graph.convolve("stem", StockGraph.INPUT, 7, 2, width));
    }
    String top = StockGraph.INPUT;
    for (int i = 1; i <= 3; i++) {
      int channels = i < 3 ? width / 2 : width;
      String name = "stem" + i;
      top = graph.activate(name, graph.convolve(name, top, 3, i == 1 ? 2 : 1, channels));
    }
    return top;
  }

  private String block(StockGraph graph, int stage, int block, String input) {
    String name = "stage" + stage + "_block" + block;
    int channels = width << (stage - 1);
    int stride = stage > 1 && block == 1 ? 2 : 1;
    boolean bottleneck = depth >= 50;
    int outputs = bottleneck ? 4 * channels : channels;
    String residual =
        bottleneck
            ? bottleneck(graph, name, input, stride, channels)
            : BasicBlock.residual(graph, name, input, stride, channels);
    boolean changes = block == 1 && (stage > 1 || bottleneck);
    String shortcut = changes ? shortcut(graph, name, input, stride, outputs) : input;
    return graph.join(name, residual, shortcut);
  }

  private String bottleneck(StockGraph graph, String name, String input, int stride, int channels) {
    boolean first = form == Form.ORIGINAL;
    String top = graph.convolve(name + "_conv1", input, 1, first ? stride : 1, channels);
    top = graph.activate(name, "1", top);
    top = graph.convolve(name + "_conv2", top, 3, first ? 1 : stride, channels);
    top = graph.activate(name, "2", top);
    return graph.convolve(name + "_conv3", top, 1, 1, 4 * channels);
  }

  private String shortcut(StockGraph graph, String name, String input, int stride, int outputs) {
    String shortcut = name + "_shortcut";
    if (form != Form.D || stride == 1) {
      return graph.convolve(shortcut, input, 1, stride, outputs);
    }
    String halved = graph.add(shortcut + "_pool", Pooling.meanOfAll(), input);
    return graph.convolve(shortcut, halved, 1, 1, outputs);
  }
}
