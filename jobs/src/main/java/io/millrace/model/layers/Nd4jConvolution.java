package io.millrace.model.layers;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/** A convolution on ND4J's {@code conv2d}, behind which stand oneDNN and cuDNN. */
final class Nd4jConvolution implements ConvolutionKernel {
  private final int[] arguments;

  /** Kernel, stride, padding, dilation, padding mode, NHWC data, [C out, C in, kH, kW] weights. */
  Nd4jConvolution(ConvolutionLayer layer, boolean same) {
    int[] kernel = layer.getKernelSize();
    int[] stride = layer.getStride();
    int[] padding = same ? new int[2] : layer.getPadding();
    int[] dilation = layer.getDilation();
    arguments =
        new int[] {
          kernel[0],
          kernel[1],
          stride[0],
          stride[1],
          padding[0],
          padding[1],
          dilation[0],
          dilation[1],
          same ? 1 : 0,
          1,
          1
        };
  }

  @Override
  public void forward(INDArray x, Filters filters, INDArray y) {
    run("conv2d", with(x, filters), y);
  }

  @Override
  public void backward(INDArray x, Filters filters, INDArray dy, INDArray dx, Filters gradients) {
    INDArray wanted = dx == null ? x.ulike() : dx;
    if (filters.bias() == null) {
      run("conv2d_bp", with(x, filters, dy), wanted, gradients.weights());
    } else {
      run("conv2d_bp", with(x, filters, dy), wanted, gradients.weights(), vector(gradients.bias()));
    }
  }

  private void run(String op, INDArray[] inputs, INDArray... outputs) {
    Nd4j.exec(
        DynamicCustomOp.builder(op)
            .addInputs(inputs)
            .addOutputs(outputs)
            .addIntegerArguments(arguments)
            .build());
  }

  private static INDArray[] with(INDArray x, Filters filters, INDArray... more) {
    List<INDArray> inputs = new ArrayList<>();
    inputs.add(x);
    inputs.add(filters.weights());
    if (filters.bias() != null) {
      inputs.add(vector(filters.bias()));
    }
    inputs.addAll(List.of(more));
    return inputs.toArray(INDArray[]::new);
  }

  private static INDArray vector(INDArray row) {
    return row.reshape(row.length());
  }
}
