package io.millrace.onnx;

import static io.millrace.onnx.OnnxGraph.attribute;

import io.millrace.model.layers.LayerSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import onnx.Onnx.AttributeProto;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.Pooling2D;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;

/** The largest value or the mean of each window. */
final class Poolings implements LayerKind {
  private static final LayerSettings SETTINGS =
      new LayerSettings(SubsamplingLayer.class, Pooling2D.class)
          .any("iDropout", "kernelSize", "stride", "padding", "avgPoolIncludePadInDivisor")
          .any("defaultValueOverridden", "cudnnAllowFallback", "pnorm", "eps")
          .only(
              "dilation",
              each -> each instanceof int[] both && Arrays.equals(both, new int[] {1, 1}))
          .only("cnn2dDataFormat", CNN2DFormat.NCHW::equals)
          .only("convolutionMode", mode -> mode != null && mode != ConvolutionMode.Causal)
          .only("poolingType", List.of(PoolingType.MAX, PoolingType.AVG)::contains);

  @Override
  public Optional<String> refusal(Layer layer) {
    return SETTINGS.refusal(layer);
  }

  @Override
  public String write(OnnxGraph graph, Layer layer, Place place) {
    SubsamplingLayer pooling = (SubsamplingLayer) layer;
    Borders borders =
        new Borders(
            pooling.getKernelSize(),
            pooling.getStride(),
            pooling.getPadding(),
            pooling.getDilation(),
            pooling.getConvolutionMode());
    List<AttributeProto> attributes = new ArrayList<>(borders.attributes(place.sides()));
    attributes.removeIf(each -> each.getName().equals("dilations")); // AveragePool has none yet
    boolean largest = pooling.getPoolingType() == SubsamplingLayer.PoolingType.MAX.toPoolingType();
    if (!largest) {
      attributes.add(
          attribute("count_include_pad", pooling.isAvgPoolIncludePadInDivisor() ? 1 : 0));
    }
    return graph.node(
        largest ? "MaxPool" : "AveragePool",
        place.name(),
        place.inputs(),
        attributes.toArray(new AttributeProto[0]));
  }
}
