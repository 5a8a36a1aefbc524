package io.millrace.model.layers;

import io.millrace.model.layers.ConvolutionKernel.Filters;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The products of a dense layer in a narrow format: operands and results are rounded, sums are of
 * fp32. Matrices are [N, in], [in, out] and [N, out].
 */
record NarrowProduct(Numbers numbers) {
  /** {@code x W + b}, rounded once. */
  INDArray forward(INDArray x, Filters filters, LayerWorkspaceMgr memory) {
    Filters rounded = numbers.operands(filters, ArrayType.FF_WORKING_MEM, memory);
    INDArray from = numbers.operand(Nhwc.rows(x, memory), ArrayType.FF_WORKING_MEM, memory);
    INDArray z =
        memory.createUninitialized(
            ArrayType.ACTIVATIONS,
            DataType.FLOAT,
            new long[] {x.size(0), filters.weights().size(1)},
            'c');
    from.mmuli(rounded.weights(), z);
    if (rounded.bias() != null) {
      z.addiRowVector(rounded.bias());
    }
    return numbers.rounded(z);
  }

  /**
   * Writes the gradients by the parameters and gives that by {@code x}.
   *
   * @param delta the gradient by {@code x W + b}
   */
  INDArray backward(
      INDArray x, Filters filters, INDArray delta, Filters gradients, LayerWorkspaceMgr memory) {
    INDArray from = numbers.operand(Nhwc.rows(x, memory), ArrayType.BP_WORKING_MEM, memory);
    INDArray by = numbers.operand(Nhwc.rows(delta, memory), ArrayType.BP_WORKING_MEM, memory);
    Nd4j.gemm(from, by, gradients.weights(), true, false, 1.0, 0.0);
    numbers.rounded(gradients.weights());
    if (gradients.bias() != null) {
      by.sum(gradients.bias(), 0);
      numbers.rounded(gradients.bias());
    }
    INDArray w = numbers.operand(filters.weights(), ArrayType.BP_WORKING_MEM, memory);
    INDArray dx =
        memory.createUninitialized(ArrayType.ACTIVATION_GRAD, DataType.FLOAT, x.shape(), 'c');
    by.mmuli(w.transpose(), dx);
    return numbers.rounded(dx);
  }
}
