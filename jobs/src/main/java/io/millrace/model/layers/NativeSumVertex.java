package io.millrace.model.layers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.deeplearning4j.nn.graph.vertex.impl.ElementWiseVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Adds images, and ReLU, in one pass each way. */
final class NativeSumVertex extends BaseGraphVertex {
  private static final long serialVersionUID = 1L;

  private final CNN2DFormat format;
  private final boolean relu;
  private final boolean outputIsWritten;
  private final boolean flatGradient;
  private final Numbers numbers;
  private final transient KernelsByShape<OneDnnSum> kernels = new KernelsByShape<>();
  private transient ElementWiseVertex broadcast;
  private transient INDArray gate;

  NativeSumVertex(ComputationGraph graph, String name, int index, NativeSum conf, DataType type) {
    super(graph, name, index, null, null, type);
    broadcast = new ElementWiseVertex(graph, name, index, ElementWiseVertex.Op.Add, type);
    format = conf.format();
    relu = conf.relu();
    outputIsWritten = conf.outputIsWritten();
    flatGradient = conf.flatGradient();
    numbers = conf.numbers();
  }

  @Override
  public INDArray doForward(boolean training, LayerWorkspaceMgr memory) {
    if (!isPlain()) {
      return broadcastForward(training, memory);
    }
    List<INDArray> terms =
        Arrays.stream(inputs)
            .map(term -> Nhwc.of(term, format, ArrayType.FF_WORKING_MEM, memory))
            .map(term -> numbers.operand(term, ArrayType.FF_WORKING_MEM, memory))
            .toList();
    INDArray sum = numbers.createOutput(memory, terms.get(0).shape());
    if (numbers.inside()) {
      kernelOf(sum).forward(terms, sum);
    } else {
      SumKernels.forward(terms, relu, sum);
    }
    INDArray output = numbers.output(sum, memory);
    keep(output, training, memory);
    return Nhwc.shaped(output, format);
  }

  private OneDnnSum kernelOf(INDArray sum) {
    return kernels.of(sum, () -> new OneDnnSum(sum.length(), relu));
  }

  /** Keeps what says where ReLU let values through: the output, or a copy. */
  private void keep(INDArray output, boolean training, LayerWorkspaceMgr memory) {
    boolean copy = training && relu && outputIsWritten;
    gate = copy ? memory.dup(ArrayType.ACTIVATIONS, output, 'c') : output;
  }

  /** Whether all terms have the same shape; DL4J adds terms of size 1 along an axis too. */
  private boolean isPlain() {
    return Arrays.stream(inputs).allMatch(inputs[0]::equalShapes);
  }

  private INDArray broadcastForward(boolean training, LayerWorkspaceMgr memory) {
    if (numbers.inside()) {
      throw new IllegalStateException(
          "Cannot add images of unlike shapes natively in %s: vertex %s (give precision emulated: true)"
              .formatted(numbers.precision().word(), getVertexName()));
    }
    broadcast.setInputs(inputs);
    INDArray sum = broadcast.doForward(training, memory);
    INDArray output = Nhwc.of(sum, format, ArrayType.ACTIVATIONS, memory);
    SumKernels.forward(List.of(output), relu, output);
    keep(output, training, memory);
    return Nhwc.shaped(output, format);
  }

  private Pair<Gradient, INDArray[]> broadcastBackward(INDArray g, LayerWorkspaceMgr memory) {
    INDArray gated = Nhwc.create(ArrayType.BP_WORKING_MEM, memory, g, g.shape());
    if (relu) {
      SumKernels.backward(gate, g, List.of(gated));
    } else {
      SumKernels.forward(List.of(g), false, gated);
    }
    broadcast.setInputs(inputs);
    broadcast.setEpsilon(Nhwc.shaped(gated, format));
    gate = null;
    return broadcast.doBackward(false, memory);
  }

  /** Each input gets an array of its own, since DL4J adds to the gradient of a shared input. */
  @Override
  public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr memory) {
    INDArray received = Nhwc.received(epsilon, format, memory, gate.shape());
    if (!isPlain()) {
      return broadcastBackward(received, memory);
    }
    INDArray g = numbers.operand(received, ArrayType.BP_WORKING_MEM, memory);
    List<INDArray> gradients = new ArrayList<>();
    for (int i = 0; i < inputs.length; i++) {
      gradients.add(numbers.createGradient(memory, g.shape()));
    }
    if (numbers.inside()) {
      INDArray output = numbers.operand(gate, ArrayType.BP_WORKING_MEM, memory);
      kernelOf(g).backward(output, g, gradients);
    } else if (relu) {
      SumKernels.backward(gate, g, gradients);
    } else {
      gradients.forEach(gradient -> SumKernels.forward(List.of(g), false, gradient));
    }
    gate = null;
    return new Pair<>(
        null,
        gradients.stream()
            .map(gradient -> numbers.gradient(gradient, memory))
            .map(gradient -> Nhwc.sent(gradient, format, flatGradient))
            .toArray(INDArray[]::new));
  }

  @Override
  public boolean hasLayer() {
    return false;
  }

  @Override
  public Layer getLayer() {
    return null;
  }

  @Override
  public void setBackpropGradientsViewArray(INDArray gradients) {
    if (gradients != null) {
      throw new IllegalArgumentException("Cannot set gradients of " + vertexName + ": it has none");
    }
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArrays(
      INDArray[] masks, MaskState state, int minibatch) {
    return masks == null ? null : new Pair<>(masks[0], state);
  }

  @Override
  public String toString() {
    return "NativeSumVertex(name=" + vertexName + ",relu=" + relu + ")";
  }
}
