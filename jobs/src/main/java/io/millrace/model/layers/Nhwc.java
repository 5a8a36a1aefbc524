package io.millrace.model.layers;

import io.millrace.backend.HostAccess;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Images in NHWC memory. Between layers they have the shape that the network's format asks for, [N,
 * C, H, W] as a permuted view by default, so that stock layers can stand anywhere.
 */
final class Nhwc {
  private Nhwc() {}

  /** The image as a contiguous [N, H, W, C] array: the same memory where it lies so already. */
  static INDArray of(INDArray image, CNN2DFormat format, ArrayType type, LayerWorkspaceMgr memory) {
    INDArray view = format == CNN2DFormat.NCHW ? image.permute(0, 2, 3, 1) : image;
    return HostAccess.isInOrder(view) ? view : memory.dup(type, view, 'c');
  }

  /** A contiguous [N, H, W, C] array as the network's format has it, without a copy. */
  static INDArray shaped(INDArray nhwc, CNN2DFormat format) {
    return format == CNN2DFormat.NCHW ? nhwc.permute(0, 3, 1, 2) : nhwc;
  }

  /**
   * A gradient on its way to an earlier layer. Between native layers it is flat, [N, H * W * C]:
   * DL4J adds the gradients of a shared input, and adding permuted views takes thirty times as
   * long.
   */
  static INDArray sent(INDArray nhwc, CNN2DFormat format, boolean flat) {
    return flat ? nhwc.reshape('c', nhwc.size(0), -1) : shaped(nhwc, format);
  }

  /** A gradient that a later layer sent, as a contiguous array of the shape of an output. */
  static INDArray received(
      INDArray gradient, CNN2DFormat format, LayerWorkspaceMgr memory, long... shape) {
    return gradient.rank() == 2
        ? gradient.reshape('c', shape)
        : of(gradient, format, ArrayType.BP_WORKING_MEM, memory);
  }

  /** A matrix as a contiguous one: DL4J's dense layers send transposed gradients. */
  static INDArray rows(INDArray matrix, LayerWorkspaceMgr memory) {
    return HostAccess.isInOrder(matrix)
        ? matrix
        : memory.dup(ArrayType.BP_WORKING_MEM, matrix, 'c');
  }

  static INDArray create(ArrayType type, LayerWorkspaceMgr memory, INDArray like, long... shape) {
    return memory.createUninitialized(type, like.dataType(), shape, 'c');
  }
}
