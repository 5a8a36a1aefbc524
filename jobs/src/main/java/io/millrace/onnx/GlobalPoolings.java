package io.millrace.onnx;

import static io.millrace.onnx.OnnxGraph.attribute;

import io.millrace.model.layers.LayerSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;

/** The largest value or the mean of each channel. */
final class GlobalPoolings implements LayerKind {
  private static final LayerSettings SETTINGS =
      new LayerSettings(GlobalPoolingLayer.class)
          .any("iDropout", "pnorm")
          .only("poolingDimensions", GlobalPoolings::areSides)
          .only("collapseDimensions", Boolean.TRUE::equals)
          .only("poolingType", List.of(PoolingType.MAX, PoolingType.AVG)::contains);

  private static boolean areSides(Object dimensions) {
    return dimensions == null
        || (dimensions instanceof int[] both && Arrays.equals(both, new int[] {2, 3}));
  }

  @Override
  public Optional<String> refusal(Layer layer) {
    return SETTINGS.refusal(layer);
  }

  @Override
  public String write(OnnxGraph graph, Layer layer, Place place) {
    if (place.images() == null) {
      throw place.refusal("it pools what is no image");
    }
    boolean largest = ((GlobalPoolingLayer) layer).getPoolingType() == PoolingType.MAX;
    String pooled =
        graph.node(
            largest ? "GlobalMaxPool" : "GlobalAveragePool",
            place.name() + "_pooled",
            place.inputs());
    return graph.node("Flatten", place.name(), List.of(pooled), attribute("axis", 1));
  }
}
