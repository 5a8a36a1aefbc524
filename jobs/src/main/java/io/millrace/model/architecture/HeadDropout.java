package io.millrace.model.architecture;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;

/**
 * Dropout: in training each number is 0 with probability p, else divided by {@code 1 - p}.
 *
 * <p>Nitish Srivastava, Geoffrey Hinton, Alex Krizhevsky, Ilya Sutskever, Ruslan Salakhutdinov:
 * Dropout: A Simple Way to Prevent Neural Networks from Overfitting (2014).
 *
 * @param share p
 */
@Named(value = "dropout", doc = "Sets a share of the numbers to 0 in training.")
public record HeadDropout(
    @Key(
            doc = "Share that training sets to 0.",
            value = "0.5",
            min = 0,
            max = 1,
            above = true,
            below = true)
        double share)
    implements HeadLayer {
  @Override
  public Layer layer() {
    return new DropoutLayer(1 - share);
  }

  @Override
  public String words() {
    return "dropout " + share;
  }
}
