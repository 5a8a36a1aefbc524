package io.millrace.onnx;

import io.millrace.model.layers.LayerSettings;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;

/** Outputs without weights: an activation. */
final class Losses implements LayerKind {
  private static final LayerSettings SETTINGS =
      new LayerSettings(LossLayer.class)
          .withWeights()
          .any("iDropout", "lossFn")
          .only("activationFn", Activations::serves);

  @Override
  public Optional<String> refusal(Layer layer) {
    return SETTINGS.refusal(layer);
  }

  @Override
  public String write(OnnxGraph graph, Layer layer, Place place) {
    return Activations.write(
        graph, ((LossLayer) layer).getActivationFn(), place.input(), place.name());
  }
}
