package io.millrace.model.architecture;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/**
 * The wide residual networks for small images: a 3x3 convolution with 16 channels, three stages of
 * (depth - 4) / 6 blocks with 16k, 32k and 64k channels, each of twice batch norm, activation, 3x3
 * convolution; batch norm, activation, global average pooling, one dense layer. A shortcut whose
 * shape changes is a 1x1 convolution behind the first activation, without batch norm.
 *
 * <p>Sergey Zagoruyko, Nikos Komodakis: Wide Residual Networks (2016, arXiv 1605.07146).
 *
 * @param depth weighted layers, 6n + 4
 * @param widen the widening factor k
 * @param dropout share of the numbers set to 0 between the two convolutions of a block; the paper
 *     has none, or 0.3
 */
@Named(value = "wide-resnet", doc = "Wide residual network for small images, WRN-depth-widen.")
public record WideResNet(
    @Key(doc = "Weighted layers: 6n + 4, 10 to 100.", value = "28", min = 10, max = 100) int depth,
    @Key(doc = "Channels, as a factor of 16, 32 and 64.", value = "10", min = 1, max = 64)
        int widen,
    @Key(
            doc = "Share of a block's hidden values that training sets to 0; the paper's is 0.3.",
            value = "0",
            min = 0,
            max = 1,
            below = true)
        double dropout,
    @Key(doc = HiddenActivation.DOC, value = "relu") HiddenActivation activation)
    implements OwnArchitecture {
  private static final int CHANNELS = 16;

  /** Checks the depth. */
  public WideResNet {
    if (depth < 10 || depth % 6 != 4) {
      throw new IllegalArgumentException("Invalid depth: " + depth + " (must be 6n + 4)");
    }
  }

  @Override
  public String words() {
    String words =
        "wide-resnet %d-%d".formatted(depth, widen) + (dropout == 0 ? "" : ", dropout " + dropout);
    return activation.after(words, HiddenActivation.RELU);
  }

  @Override
  public ComputationGraphConfiguration configuration(NetworkPurpose purpose) {
    StockGraph graph = new StockGraph(purpose, activation);
    String top = graph.add("stem", StockGraph.convolution(3, 1, CHANNELS), StockGraph.INPUT);
    for (int stage = 1; stage <= 3; stage++) {
      for (int block = 1; block <= (depth - 4) / 6; block++) {
        top = block(graph, stage, block, top);
      }
    }
    top = graph.activate("last", graph.normalise("last_bn", top));
    return graph.classify(graph.globalAverage(top), purpose);
  }

  private String block(StockGraph graph, int stage, int block, String input) {
    String name = "stage" + stage + "_block" + block;
    int channels = CHANNELS * widen << (stage - 1);
    int stride = stage > 1 && block == 1 ? 2 : 1;
    String before = graph.activate(name, "1", graph.normalise(name + "_bn1", input));
    String top = graph.add(name + "_conv1", StockGraph.convolution(3, stride, channels), before);
    top = graph.activate(name, "2", graph.normalise(name + "_bn2", top));
    top = graph.drop(name + "_dropout", dropout, top);
    top = graph.add(name + "_conv2", StockGraph.convolution(3, 1, channels), top);
    boolean changes = stride > 1 || (stage == 1 && block == 1 && widen > 1);
    String shortcut =
        changes
            ? graph.add(name + "_shortcut", StockGraph.convolution(1, stride, channels), before)
            : input;
    return graph.sum(name, top, shortcut);
  }
}
