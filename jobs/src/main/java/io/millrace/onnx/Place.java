package io.millrace.onnx;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where a vertex stands in its network.
 *
 * @param name of the vertex
 * @param inputs tensors that it reads, in order
 * @param types what they are
 * @param parameters of the layer, by name
 */
record Place(
    String name, List<String> inputs, List<InputType> types, Map<String, INDArray> parameters) {
  String input() {
    return inputs.get(0);
  }

  /** The images that it reads, null where it reads vectors. */
  InputTypeConvolutional images() {
    return types.get(0) instanceof InputTypeConvolutional images ? images : null;
  }

  /** Height and width of the images that it reads. */
  long[] sides() {
    return new long[] {images().getHeight(), images().getWidth()};
  }

  /** The same behind another tensor. */
  Place behind(String tensor, InputType type) {
    return new Place(name, List.of(tensor), List.of(type), parameters);
  }

  /** The elements of a parameter in the order of its indices, the last fastest. */
  float[] values(String parameter) {
    return values(parameters.get(parameter));
  }

  /** The elements of an array in the order of its indices, the last fastest. */
  static float[] values(INDArray array) {
    try (INDArray copy = array.dup('c')) {
      return copy.data().asFloat();
    }
  }

  IllegalArgumentException refusal(String reason) {
    return refusal(name, reason);
  }

  static IllegalArgumentException refusal(String name, String reason) {
    return new IllegalArgumentException(
        "Cannot export layer %s as ONNX: %s".formatted(name, reason));
  }
}
