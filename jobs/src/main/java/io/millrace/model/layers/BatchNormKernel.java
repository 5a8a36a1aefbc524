package io.millrace.model.layers;

import org.nd4j.linalg.api.ndarray.INDArray;

/** What computes a batch norm, and the ReLU that may follow; images are contiguous NHWC. */
interface BatchNormKernel extends Freeable {
  /** {@code y = gamma * x + beta} after normalising, one of each a channel. */
  record Scale(float[] gamma, float[] beta) {}

  /**
   * Mean and biased variance, one of each a channel.
   *
   * @param mean of the minibatch or running
   * @param variance likewise
   */
  record Statistics(float[] mean, float[] variance) {}

  /** Normalises by the minibatch's own statistics, which it writes to {@code statistics}. */
  void train(INDArray x, Scale scale, Statistics statistics, INDArray y);

  /** Normalises by the statistics that are given. */
  void infer(INDArray x, Scale scale, Statistics statistics, INDArray y);

  /** Gradients at the last {@link #train}, of {@code x} and of the scale. */
  void backward(INDArray x, INDArray dy, INDArray dx, Scale gradients);

  /** Gives native memory back, where it has some. */
  @Override
  default void free() {}
}
