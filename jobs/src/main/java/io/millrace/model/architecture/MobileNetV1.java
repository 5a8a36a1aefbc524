package io.millrace.model.architecture;

import io.millrace.model.WeightNames;
import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.nd4j.linalg.activations.Activation;

/**
 * The network of depthwise separable convolutions: a 3x3 convolution of stride 2, thirteen blocks
 * of a 3x3 convolution of each channel by itself and a 1x1 of all, each with batch norm and
 * activation, global average pooling, one dense layer.
 *
 * <p>Andrew Howard, Menglong Zhu, Bo Chen, Dmitry Kalenichenko, Weijun Wang, Tobias Weyand, Marco
 * Andreetto, Hartwig Adam: MobileNets (2017, arXiv 1704.04861), table 1. Their resolution
 * multiplier is the size of the input. Channels are multiples of 8 and ReLU may be bounded by 6, as
 * in TensorFlow's code; padding is the same on both sides, as in timm.
 *
 * @param widthMultiplier factor of all channels
 */
@Named(
    value = "mobilenet-v1",
    doc = "Small network of depthwise and 1x1 convolutions, for large images.")
public record MobileNetV1(
    @Key(
            doc = "Factor of all channels, which are rounded to multiples of 8.",
            value = "1",
            min = 0,
            above = true,
            max = 8)
        double widthMultiplier,
    @Key(doc = HiddenActivation.DOC, value = "relu") HiddenActivation activation)
    implements OwnArchitecture {
  private static final int DIVISOR = 8;
  private static final String BLOCK = "block";

  /** Channels and stride of the thirteen blocks. */
  private record Block(int channels, int stride) {}

  private static final List<Block> BLOCKS =
      List.of(
          new Block(64, 1),
          new Block(128, 2),
          new Block(128, 1),
          new Block(256, 2),
          new Block(256, 1),
          new Block(512, 2),
          new Block(512, 1),
          new Block(512, 1),
          new Block(512, 1),
          new Block(512, 1),
          new Block(512, 1),
          new Block(1024, 2),
          new Block(1024, 1));

  @Override
  public String words() {
    String words = "mobilenet-v1" + (widthMultiplier == 1 ? "" : " of width " + widthMultiplier);
    return activation.after(words, HiddenActivation.RELU);
  }

  @Override
  public ComputationGraphConfiguration configuration(NetworkPurpose purpose) {
    StockGraph graph = new StockGraph(purpose, activation);
    int channels = scaled(32);
    String top = graph.activate("stem", graph.convolve("stem", StockGraph.INPUT, 3, 2, channels));
    for (int i = 0; i < BLOCKS.size(); i++) {
      String name = BLOCK + (i + 1);
      String depthwise = graph.add(name + "_dw", depthwise(channels, BLOCKS.get(i).stride), top);
      top = graph.activate(name, "1", graph.normalise(name + "_dw_bn", depthwise));
      channels = scaled(BLOCKS.get(i).channels);
      top = graph.activate(name, "2", graph.convolve(name + "_pw", top, 1, 1, channels));
    }
    return graph.classify(graph.globalAverage(top), purpose);
  }

  /** The nearest multiple of 8 that is not below 0.9 of the scaled width. */
  @Override
  public Optional<UnaryOperator<String>> layerNames(WeightNames library) {
    return library == WeightNames.TIMM ? Optional.of(MobileNetV1::timm) : Optional.empty();
  }

  /** Timm begins a stage where the resolution falls, and counts stages and blocks from 0. */
  private static String timm(String vertex) {
    if (!vertex.startsWith(BLOCK)) {
      return switch (vertex) {
        case "stem" -> "conv_stem";
        case "stem_bn" -> "bn1";
        default -> "classifier";
      };
    }
    String[] parts = vertex.substring(BLOCK.length()).split("_", 2);
    int stage = 0;
    int inStage = 0;
    for (int i = 1; i < Integer.parseInt(parts[0]); i++) {
      boolean begins = BLOCKS.get(i).stride > 1;
      stage += begins ? 1 : 0;
      inStage = begins ? 0 : inStage + 1;
    }
    String layer =
        switch (parts[1]) {
          case "dw" -> "conv_dw";
          case "dw_bn" -> "bn1";
          case "pw" -> "conv_pw";
          default -> "bn2";
        };
    return "blocks.%d.%d.%s".formatted(stage, inStage, layer);
  }

  private int scaled(int channels) {
    double wanted = channels * widthMultiplier;
    int rounded = Math.max(DIVISOR, (int) (wanted + DIVISOR / 2.0) / DIVISOR * DIVISOR);
    return rounded < 0.9 * wanted ? rounded + DIVISOR : rounded;
  }

  private static DepthwiseConvolution2D depthwise(int channels, int stride) {
    return new DepthwiseConvolution2D.Builder(3, 3)
        .depthMultiplier(1)
        .stride(stride, stride)
        .padding(1, 1)
        .convolutionMode(ConvolutionMode.Truncate)
        .nOut(channels)
        .hasBias(false)
        .activation(Activation.IDENTITY)
        .build();
  }
}
