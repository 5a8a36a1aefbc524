package io.millrace.model.layers;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What computes a convolution; images are contiguous [N, H, W, C]. */
interface ConvolutionKernel extends Freeable {
  /**
   * Parameters of a convolution, or their gradients.
   *
   * @param weights [C out, C in, kH, kW]
   * @param bias [1, C out], or null without one
   */
  record Filters(INDArray weights, INDArray bias) {}

  /** Writes the output for {@code x} to {@code y}. */
  void forward(INDArray x, Filters filters, INDArray y);

  /** Writes {@code max(0, output)}, of which no gradient will be asked. */
  default void inferRelu(INDArray x, Filters filters, INDArray y) {
    forward(x, filters, y);
    SumKernels.forward(List.of(y), true, y);
  }

  /** Writes the gradients; {@code dx} is null where nobody asks for it. */
  void backward(INDArray x, Filters filters, INDArray dy, INDArray dx, Filters gradients);

  /** Gives native memory back, where it has some. */
  @Override
  default void free() {}
}
