package io.millrace.model.layers;

import io.millrace.model.layers.ConvolutionKernel.Filters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The convolutions of a network and nothing else: what an update cannot be faster than. */
public final class ConvolutionsAlone implements Runnable {
  private final List<Convolution> convolutions = new ArrayList<>();

  /** Those of a replica's network for one minibatch, [N, C, H, W]. */
  public ConvolutionsAlone(ComputationGraph net, INDArray features) {
    Map<String, INDArray> activations = net.feedForward(features, false);
    for (String input : net.getConfiguration().getNetworkInputs()) {
      activations.put(input, features);
    }
    for (org.deeplearning4j.nn.api.Layer layer : net.getLayers()) {
      if (layer instanceof NativeConvolutionLayer) {
        String name = layer.conf().getLayer().getLayerName();
        String input = net.getConfiguration().getVertexInputs().get(name).get(0);
        convolutions.add(
            Convolution.of(
                (ConvolutionLayer) layer.conf().getLayer(),
                activations.get(input).shape(),
                activations.get(name).shape(),
                !net.getConfiguration().getNetworkInputs().contains(input)));
      }
    }
  }

  /** All forward, then all backward. */
  @Override
  public void run() {
    convolutions.forEach(Convolution::forward);
    convolutions.forEach(Convolution::backward);
  }

  private record Convolution(
      ConvolutionKernel kernel, INDArray x, Filters filters, INDArray y, INDArray dx, Filters dw) {
    static Convolution of(ConvolutionLayer layer, long[] input, long[] output, boolean inner) {
      long[] x = nhwc(input);
      long[] y = nhwc(output);
      boolean same = layer.getConvolutionMode() == ConvolutionMode.Same;
      ConvolutionShape shape = ConvolutionShape.of(layer, same, x, y);
      return new Convolution(
          new OneDnnConvolution(shape),
          Nd4j.randn(x),
          filters(shape),
          Nd4j.createUninitialized(y),
          inner ? Nd4j.createUninitialized(x) : null,
          filters(shape));
    }

    private static Filters filters(ConvolutionShape shape) {
      return new Filters(
          Nd4j.randn(shape.weights()), shape.bias() ? Nd4j.randn(1, shape.output()[1]) : null);
    }

    private static long[] nhwc(long[] nchw) {
      return Arrays.stream(new int[] {0, 2, 3, 1}).mapToLong(axis -> nchw[axis]).toArray();
    }

    void forward() {
      kernel.forward(x, filters, y);
    }

    void backward() {
      kernel.backward(x, filters, y, dx, dw);
    }
  }
}
