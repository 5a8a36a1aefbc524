package io.millrace.model.layers;

import io.millrace.backend.ArrayMemory;
import io.millrace.model.layers.ConvolutionKernel.Filters;
import io.millrace.precision.Bf16;
import io.millrace.precision.Fp32;
import io.millrace.precision.Precision;
import java.io.Serializable;
import org.bytedeco.dnnl.memory.data_type;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * In what numbers a layer computes. In single precision arrays are left as they are. Of a narrower
 * format a kernel reads rounded operands, and what it makes is rounded: either around kernels of
 * fp32, and arrays stay FLOAT, or natively in arrays of bf16, which go from layer to layer as they
 * are.
 *
 * @param precision the format
 * @param memory where arrays lie
 * @param inside whether kernels work on arrays of the format
 * @param output whether the output is handed on in one, where kernels do
 * @param gradient whether the gradients of the inputs are, likewise
 */
record Numbers(
    Precision precision, ArrayMemory memory, boolean inside, boolean output, boolean gradient)
    implements Serializable {
  /** Single precision. */
  static final Numbers FULL = new Numbers(new Fp32(), ArrayMemory.HOST, false, false, false);

  /** Those of a network whose arrays lie there. */
  static Numbers of(Precision precision, ArrayMemory memory) {
    return new Numbers(precision, memory, isNative(precision, memory), false, false);
  }

  /** Whether kernels of the format are there, so that nothing is rounded around those of fp32. */
  static boolean isNative(Precision precision, ArrayMemory memory) {
    return precision instanceof Bf16 bf16
        && !bf16.emulated()
        && OneDnn.reaches(memory)
        && OneDnn.hasBf16();
  }

  /** The same for a layer without such kernels. */
  Numbers around() {
    return new Numbers(precision, memory, false, false, false);
  }

  /** The same between other layers. */
  Numbers between(boolean narrowOutput, boolean narrowGradient) {
    return new Numbers(precision, memory, inside, inside && narrowOutput, inside && narrowGradient);
  }

  boolean isFull() {
    return precision.isFull();
  }

  /** As oneDNN calls what its kernels read and write. */
  data_type type() {
    return inside ? data_type.bf16 : data_type.f32;
  }

  /** What a kernel may read of this contiguous array: itself, or a rounded copy. */
  INDArray operand(INDArray array, ArrayType place, LayerWorkspaceMgr workspaces) {
    if (isFull() || inside && array.dataType() == DataType.BFLOAT16) {
      return array;
    }
    INDArray rounded =
        workspaces.createUninitialized(
            place,
            inside ? DataType.BFLOAT16 : DataType.FLOAT,
            array.shape(),
            array.rank() < 2 ? 'c' : array.ordering());
    round(array, rounded);
    return rounded;
  }

  /** Parameters as a kernel may read them; those of native kernels round weights themselves. */
  Filters operands(Filters filters, ArrayType place, LayerWorkspaceMgr workspaces) {
    if (isFull()) {
      return filters;
    }
    Numbers wide = around();
    return new Filters(
        inside ? filters.weights() : wide.operand(filters.weights(), place, workspaces),
        filters.bias() == null ? null : wide.operand(filters.bias(), place, workspaces));
  }

  /** An array for a kernel to write an output or, with {@code handedOn}, what becomes of it. */
  INDArray create(
      boolean handedOn,
      ArrayType place,
      ArrayType working,
      LayerWorkspaceMgr workspaces,
      long... shape) {
    return workspaces.createUninitialized(
        inside && !handedOn ? working : place,
        inside ? DataType.BFLOAT16 : DataType.FLOAT,
        shape,
        'c');
  }

  /** An output for a kernel to write. */
  INDArray createOutput(LayerWorkspaceMgr workspaces, long... shape) {
    return create(output, ArrayType.ACTIVATIONS, ArrayType.FF_WORKING_MEM, workspaces, shape);
  }

  /** The gradient of an input for a kernel to write. */
  INDArray createGradient(LayerWorkspaceMgr workspaces, long... shape) {
    return create(gradient, ArrayType.ACTIVATION_GRAD, ArrayType.BP_WORKING_MEM, workspaces, shape);
  }

  /** An output that a kernel has written, as it is handed on. */
  INDArray output(INDArray made, LayerWorkspaceMgr workspaces) {
    return handedOn(made, output, ArrayType.ACTIVATIONS, workspaces);
  }

  /** The gradient of an input likewise. */
  INDArray gradient(INDArray made, LayerWorkspaceMgr workspaces) {
    return handedOn(made, gradient, ArrayType.ACTIVATION_GRAD, workspaces);
  }

  private INDArray handedOn(
      INDArray made, boolean narrow, ArrayType place, LayerWorkspaceMgr workspaces) {
    if (!inside) {
      return rounded(made);
    }
    if (narrow) {
      return made;
    }
    INDArray wide = workspaces.createUninitialized(place, DataType.FLOAT, made.shape(), 'c');
    round(made, wide);
    return wide;
  }

  /** Rounds the elements of a FLOAT array in place; returns it. */
  INDArray rounded(INDArray array) {
    if (!isFull()) {
      round(array, array);
    }
    return array;
  }

  /** On a device by casts, where ND4J's round so; anything else passes the host. */
  private void round(INDArray from, INDArray to) {
    if (memory == ArrayMemory.DEVICE && precision.cast().isPresent()) {
      to.assign(from.castTo(precision.cast().get()));
    } else {
      Rounding.copy(precision, from, to);
    }
  }
}
