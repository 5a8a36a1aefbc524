package io.millrace.onnx;

import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.Layer;

/** How one kind of layer is written. */
interface LayerKind {
  /** What of a layer means something else than the operators do, in words; nothing if nothing. */
  Optional<String> refusal(Layer layer);

  /** Writes a layer that is not refused, and returns the tensor with its output. */
  String write(OnnxGraph graph, Layer layer, Place place);
}
