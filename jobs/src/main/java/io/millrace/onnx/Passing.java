package io.millrace.onnx;

import io.millrace.model.layers.LayerSettings;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;

/** Dropout, which in inference hands on what it is given. */
final class Passing implements LayerKind {
  private static final LayerSettings SETTINGS =
      new LayerSettings(DropoutLayer.class)
          .withWeights()
          .any("iDropout", "activationFn"); // DL4J's layer has no use for the second

  @Override
  public Optional<String> refusal(Layer layer) {
    return SETTINGS.refusal(layer);
  }

  @Override
  public String write(OnnxGraph graph, Layer layer, Place place) {
    return place.input();
  }
}
