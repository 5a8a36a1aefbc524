package io.millrace.model.architecture;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;

/**
 * The residual networks for small images: a 3x3 convolution, three stages of (depth - 2) / 6 basic
 * blocks with w, 2w and 4w channels, global average pooling, one dense layer.
 *
 * <p>Kaiming He, Xiangyu Zhang, Shaoqing Ren, Jian Sun: Deep Residual Learning for Image
 * Recognition, section 4.2 (2015, arXiv 1512.03385). The paper uses identity shortcuts (option A)
 * on CIFAR-10.
 *
 * @param depth weighted layers, 6n + 2
 * @param width channels w of the first stage; the paper's is 16
 */
@Named(value = "cifar-resnet", doc = "Residual network for small images, of basic blocks.")
public record CifarResNet(
    @Key(doc = "Weighted layers: 6n + 2, 8 to 110.", value = "20", min = 8, max = 110) int depth,
    @Key(doc = "Channels of the first stage.", value = "16", min = 1, max = 1024) int width,
    @Key(doc = "Shortcut of a residual block whose shape changes.", value = "projection")
        Shortcut shortcut,
    @Key(doc = Architecture.ZERO_GAMMA, value = "true") boolean zeroGamma,
    @Key(doc = HiddenActivation.DOC, value = "relu") HiddenActivation activation)
    implements OwnArchitecture {
  /** Shortcuts of a residual block whose shape changes: options B and A of the paper. */
  public enum Shortcut {
    PROJECTION,
    IDENTITY
  }

  /** Checks the depth. */
  public CifarResNet {
    if (depth < 8 || depth % 6 != 2) {
      throw new IllegalArgumentException("Invalid depth: " + depth + " (must be 6n + 2)");
    }
  }

  /** With ReLU. */
  public CifarResNet(int depth, int width, Shortcut shortcut, boolean zeroGamma) {
    this(depth, width, shortcut, zeroGamma, HiddenActivation.RELU);
  }

  @Override
  public String words() {
    String words = "cifar-resnet of depth " + depth + (width == 16 ? "" : " and width " + width);
    return activation.after(words, HiddenActivation.RELU);
  }

  @Override
  public ComputationGraphConfiguration configuration(NetworkPurpose purpose) {
    StockGraph graph = new StockGraph(purpose, activation);
    String stem = graph.convolve("stem", StockGraph.INPUT, 3, 1, width);
    String top = graph.activate("stem", stem);
    for (int stage = 1; stage <= 3; stage++) {
      for (int block = 1; block <= (depth - 2) / 6; block++) {
        top = block(graph, stage, block, top);
      }
    }
    return graph.classify(graph.globalAverage(top), purpose);
  }

  private String block(StockGraph graph, int stage, int block, String input) {
    String name = "stage" + stage + "_block" + block;
    int channels = width << (stage - 1);
    boolean smaller = stage > 1 && block == 1;
    String residual = BasicBlock.residual(graph, name, input, smaller ? 2 : 1, channels);
    String by = input;
    if (smaller) {
      by =
          shortcut == Shortcut.PROJECTION
              ? graph.convolve(name + "_shortcut", input, 1, 2, channels)
              : identity(graph, name + "_shortcut", input);
    }
    return graph.join(name, residual, by);
  }

  /** Every second pixel, with as many channels of zeros after the others (option A). */
  private static String identity(StockGraph graph, String name, String input) {
    String picked = graph.add(name + "_pick", Pooling.largest(1, 2, 0), input);
    String zeros = graph.vertex(name + "_zeros", new ScaleVertex(0), picked);
    return graph.vertex(name, new MergeVertex(), picked, zeros);
  }
}
