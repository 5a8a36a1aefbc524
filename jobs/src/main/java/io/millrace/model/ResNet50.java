package io.millrace.model;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;

/**
 * The residual network of 50 layers with bottleneck blocks of 3, 4, 6 and 3.
 *
 * <p>Kaiming He, Xiangyu Zhang, Shaoqing Ren, Jian Sun: Deep Residual Learning for Image
 * Recognition (2015, arXiv 1512.03385). Differs from the paper: the stride of a block stands in its
 * 3x3 convolution, as in torchvision ("v1.5").
 */
@Named(value = "resnet50", doc = "Residual network of 50 layers, of bottleneck blocks.")
public record ResNet50(@Key(doc = Architecture.ZERO_GAMMA, value = "true") boolean zeroGamma)
    implements Architecture {
  private static final int[] BLOCKS = {3, 4, 6, 3};
  private static final int EXPANSION = 4;

  @Override
  public Optional<String> foreignKey() {
    return Optional.empty();
  }

  @Override
  public String words() {
    return "resnet50";
  }

  @Override
  public ComputationGraphConfiguration configuration(NetworkPurpose purpose) {
    ResidualGraph graph = new ResidualGraph(purpose);
    String top = graph.relu("stem_relu", graph.convolve("stem", ResidualGraph.INPUT, 7, 2, 64));
    graph
        .graph()
        .addLayer(
            "stem_pool",
            new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                .kernelSize(3, 3)
                .stride(2, 2)
                .padding(1, 1)
                .convolutionMode(ConvolutionMode.Truncate)
                .build(),
            top);
    top = "stem_pool";
    for (int stage = 1; stage <= BLOCKS.length; stage++) {
      for (int block = 1; block <= BLOCKS[stage - 1]; block++) {
        top = bottleneck(graph, stage, block, top);
      }
    }
    return graph.classify(top, purpose.classes());
  }

  private static String bottleneck(ResidualGraph graph, int stage, int block, String input) {
    String name = "stage" + stage + "_block" + block;
    int channels = 64 << (stage - 1);
    int stride = stage > 1 && block == 1 ? 2 : 1;
    String residual =
        graph.relu(name + "_relu1", graph.convolve(name + "_conv1", input, 1, 1, channels));
    residual =
        graph.relu(name + "_relu2", graph.convolve(name + "_conv2", residual, 3, stride, channels));
    residual = graph.convolve(name + "_conv3", residual, 1, 1, EXPANSION * channels);
    String shortcut =
        block == 1
            ? graph.convolve(name + "_shortcut", input, 1, stride, EXPANSION * channels)
            : input;
    return graph.join(name, residual, shortcut);
  }
}
