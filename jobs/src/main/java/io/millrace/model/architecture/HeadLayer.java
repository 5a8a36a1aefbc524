package io.millrace.model.architecture;

import io.millrace.settings.OneOf;
import org.deeplearning4j.nn.conf.layers.Layer;

/** A layer of a head that a config lists, in front of the output. Lives on the driver. */
@OneOf({HeadDense.class, HeadDropout.class})
public interface HeadLayer {
  /** A new stock layer. */
  Layer layer();

  /** The layer in words. */
  String words();
}
