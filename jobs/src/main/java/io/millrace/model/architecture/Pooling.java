package io.millrace.model.architecture;

import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer.PoolingType;

/** Pooling layers of our networks. */
final class Pooling {
  private Pooling() {}

  /** The largest value of each window. */
  static SubsamplingLayer largest(int kernel, int stride, int padding) {
    return new SubsamplingLayer.Builder(PoolingType.MAX)
        .kernelSize(kernel, kernel)
        .stride(stride, stride)
        .padding(padding, padding)
        .convolutionMode(ConvolutionMode.Truncate)
        .build();
  }

  /** The mean of each 2x2; what is left of an odd side is left out. */
  static SubsamplingLayer mean() {
    return means().convolutionMode(ConvolutionMode.Truncate).build();
  }

  /** The mean of each 2x2; at the end of an odd side that of what there is. */
  static SubsamplingLayer meanOfAll() {
    return means().convolutionMode(ConvolutionMode.Same).build(); // pads behind, if at all
  }

  private static SubsamplingLayer.Builder means() {
    return new SubsamplingLayer.Builder(PoolingType.AVG)
        .kernelSize(2, 2)
        .stride(2, 2)
        .avgPoolIncludePadInDivisor(false);
  }
}
