package io.millrace.model.layers;

import java.util.Optional;
import java.util.function.LongFunction;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What computes an activation of each element; arrays are contiguous and of one length. */
interface ActivationKernel extends Freeable {
  /** Writes the activation of {@code x} to {@code y}. */
  void forward(INDArray x, INDArray y);

  /** Writes the gradient of {@code x}, whose activation has the gradient {@code dy}. */
  void backward(INDArray x, INDArray dy, INDArray dx);

  /** Gives native memory back, where it has some. */
  @Override
  default void free() {}

  /** What makes the kernel of a function for a length, where there is one. */
  static Optional<LongFunction<ActivationKernel>> of(IActivation function) {
    if (function instanceof ActivationLReLU leaky) {
      return Optional.of(length -> new LeakyReluKernel((float) leaky.getAlpha()));
    }
    return OneDnnActivation.function(function)
        .map(found -> length -> new OneDnnActivation(found, length));
  }
}
