package io.millrace.model.architecture;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.Locale;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;

/**
 * A dense layer with bias: {@code f(x W + b)}.
 *
 * @param size its outputs
 * @param activation f
 */
@Named(value = "dense", doc = "Dense layer with bias.")
public record HeadDense(
    @Key(doc = "Its outputs.", min = 1, max = 65536) int size,
    @Key(doc = "Its activation.", value = "relu") HiddenActivation activation)
    implements HeadLayer {
  @Override
  public Layer layer() {
    return new DenseLayer.Builder().nOut(size).activation(activation.function()).build();
  }

  @Override
  public String words() {
    return "dense %d %s"
        .formatted(size, activation.name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }
}
