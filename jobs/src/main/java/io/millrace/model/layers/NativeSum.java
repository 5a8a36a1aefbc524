package io.millrace.model.layers;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The sum of images with the ReLU that may follow it, or ReLU alone, as a vertex of a replica. */
final class NativeSum extends ElementWiseVertex {
  private static final long serialVersionUID = 1L;

  private final CNN2DFormat format;
  private final boolean relu;
  private final boolean outputIsWritten;
  private boolean flatGradient;
  private Numbers numbers = Numbers.FULL;

  /**
   * A sum of images.
   *
   * @param outputIsWritten whether the output may be another one when the gradient comes
   */
  NativeSum(CNN2DFormat format, boolean relu, boolean outputIsWritten) {
    super(Op.Add);
    this.format = format;
    this.relu = relu;
    this.outputIsWritten = outputIsWritten;
  }

  CNN2DFormat format() {
    return format;
  }

  boolean relu() {
    return relu;
  }

  boolean outputIsWritten() {
    return outputIsWritten;
  }

  boolean flatGradient() {
    return flatGradient;
  }

  Numbers numbers() {
    return numbers;
  }

  /** Whether the gradients of the inputs are sent flat, see {@link Nhwc#sent}, and its numbers. */
  void send(boolean flat, Numbers own) {
    flatGradient = flat;
    numbers = own;
  }

  @Override
  public NativeSum clone() {
    NativeSum copy = new NativeSum(format, relu, outputIsWritten);
    copy.flatGradient = flatGradient;
    copy.numbers = numbers;
    return copy;
  }

  @Override
  public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
      ComputationGraph graph,
      String name,
      int index,
      INDArray parameters,
      boolean initialise,
      DataType type) {
    return new NativeSumVertex(graph, name, index, this, type);
  }
}
