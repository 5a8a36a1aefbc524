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
  private boolean flatGradient;

  NativeSum(CNN2DFormat format, boolean relu) {
    super(Op.Add);
    this.format = format;
    this.relu = relu;
  }

  /** Whether the gradients of the inputs are sent flat, see {@link Nhwc#sent}. */
  void sendFlat(boolean flat) {
    flatGradient = flat;
  }

  @Override
  public NativeSum clone() {
    NativeSum copy = new NativeSum(format, relu);
    copy.flatGradient = flatGradient;
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
    return new NativeSumVertex(graph, name, index, format, relu, flatGradient, type);
  }
}
