package io.millrace.model.layers;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory.format_tag;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A convolution on oneDNN for one shape of input. Images stay NHWC; only the weights are brought
 * into the order that a primitive likes best, which costs a thousandth of its run.
 */
final class OneDnnConvolution implements ConvolutionKernel {
  /** Filters up to this size are turned for the gradient of the input, see {@link #backward}. */
  private static final long SMALL = 1 << 16;

  private final ConvolutionShape shape;
  private final convolution_forward.primitive_desc description;
  private final BlockedWeights weights;
  private final OneDnnCall forward;
  private InputGradient inputGradient;
  private BlockedWeights weightGradient;
  private OneDnnCall backwardWeights;

  OneDnnConvolution(ConvolutionShape shape) {
    this.shape = shape;
    description =
        new convolution_forward.primitive_desc(
            forwardDescription(), OneDnn.ownScratchpad(), OneDnn.cpu());
    weights = new BlockedWeights(shape.weights(), description.weights_desc());
    forward =
        new OneDnnCall(new convolution_forward(description), description)
            .with(DNNL_ARG_SRC, image(shape.input()))
            .with(DNNL_ARG_WEIGHTS, weights.blocked())
            .with(DNNL_ARG_DST, image(shape.output()));
    if (shape.bias()) {
      forward.with(DNNL_ARG_BIAS, bias());
    }
  }

  @Override
  public void forward(INDArray x, Filters filters, INDArray y) {
    weights.pack(filters.weights());
    forward.bind(DNNL_ARG_SRC, x).bind(DNNL_ARG_DST, y);
    if (shape.bias()) {
      forward.bind(DNNL_ARG_BIAS, filters.bias());
    }
    forward.run();
  }

  /**
   * With stride 1 the gradient of the input is itself a convolution, and oneDNN has faster forward
   * than backward kernels for NHWC; filters have to be turned for it, which pays while they are
   * small.
   */
  @Override
  public void backward(INDArray x, Filters filters, INDArray dy, INDArray dx, Filters gradients) {
    if (dx != null) {
      if (inputGradient == null) {
        inputGradient =
            shape.isTransposable() && filters.weights().length() <= SMALL
                ? turned()
                : backwardData();
      }
      inputGradient.run(filters.weights(), dy, dx);
    }
    if (backwardWeights == null) {
      backwardWeights = backwardWeights();
    }
    backwardWeights.bind(DNNL_ARG_SRC, x).bind(DNNL_ARG_DIFF_DST, dy);
    if (shape.bias()) {
      backwardWeights.bind(DNNL_ARG_DIFF_BIAS, gradients.bias());
    }
    backwardWeights.run();
    weightGradient.unpack(gradients.weights());
  }

  /** Takes weights and the gradient of the output to that of the input. */
  private interface InputGradient {
    void run(INDArray weights, INDArray dy, INDArray dx);
  }

  private InputGradient turned() {
    OneDnnConvolution convolution = new OneDnnConvolution(shape.transposed());
    return (filters, dy, dx) -> {
      convolution.weights.packTurned(filters);
      convolution.forward.bind(DNNL_ARG_SRC, dy).bind(DNNL_ARG_DST, dx).run();
    };
  }

  private InputGradient backwardData() {
    convolution_backward_data.primitive_desc backward =
        new convolution_backward_data.primitive_desc(
            new convolution_backward_data.desc(
                dnnl.algorithm.convolution_direct,
                image(shape.input()),
                anyWeights(),
                image(shape.output()),
                shape.stride(),
                oneDnnDilation(),
                shape.before(),
                shape.after()),
            OneDnn.ownScratchpad(),
            OneDnn.cpu(),
            description);
    BlockedWeights blocked = new BlockedWeights(shape.weights(), backward.weights_desc());
    OneDnnCall call =
        new OneDnnCall(new convolution_backward_data(backward), backward)
            .with(DNNL_ARG_DIFF_SRC, image(shape.input()))
            .with(DNNL_ARG_WEIGHTS, blocked.blocked())
            .with(DNNL_ARG_DIFF_DST, image(shape.output()));
    return (filters, dy, dx) -> {
      blocked.pack(filters);
      call.bind(DNNL_ARG_DIFF_DST, dy).bind(DNNL_ARG_DIFF_SRC, dx).run();
    };
  }

  private OneDnnCall backwardWeights() {
    convolution_backward_weights.primitive_desc backward =
        new convolution_backward_weights.primitive_desc(
            backwardWeightsDescription(), OneDnn.ownScratchpad(), OneDnn.cpu(), description);
    weightGradient = new BlockedWeights(shape.weights(), backward.diff_weights_desc());
    OneDnnCall call =
        new OneDnnCall(new convolution_backward_weights(backward), backward)
            .with(DNNL_ARG_SRC, image(shape.input()))
            .with(DNNL_ARG_DIFF_WEIGHTS, weightGradient.blocked())
            .with(DNNL_ARG_DIFF_DST, image(shape.output()));
    return shape.bias() ? call.with(DNNL_ARG_DIFF_BIAS, bias()) : call;
  }

  private convolution_forward.desc forwardDescription() {
    return shape.bias()
        ? new convolution_forward.desc(
            dnnl.prop_kind.forward_training,
            dnnl.algorithm.convolution_direct,
            image(shape.input()),
            anyWeights(),
            bias(),
            image(shape.output()),
            shape.stride(),
            oneDnnDilation(),
            shape.before(),
            shape.after())
        : new convolution_forward.desc(
            dnnl.prop_kind.forward_training,
            dnnl.algorithm.convolution_direct,
            image(shape.input()),
            anyWeights(),
            image(shape.output()),
            shape.stride(),
            oneDnnDilation(),
            shape.before(),
            shape.after());
  }

  private convolution_backward_weights.desc backwardWeightsDescription() {
    return shape.bias()
        ? new convolution_backward_weights.desc(
            dnnl.algorithm.convolution_direct,
            image(shape.input()),
            anyWeights(),
            bias(),
            image(shape.output()),
            shape.stride(),
            oneDnnDilation(),
            shape.before(),
            shape.after())
        : new convolution_backward_weights.desc(
            dnnl.algorithm.convolution_direct,
            image(shape.input()),
            anyWeights(),
            image(shape.output()),
            shape.stride(),
            oneDnnDilation(),
            shape.before(),
            shape.after());
  }

  private static memory.desc image(long[] shape) {
    return OneDnn.layout(format_tag.nhwc, shape);
  }

  private memory.desc anyWeights() {
    return OneDnn.layout(format_tag.any, shape.weights());
  }

  private memory.desc bias() {
    return OneDnn.layout(format_tag.a, shape.weights()[0]);
  }

  /** oneDNN counts the gaps between taps, so that 0 is none. */
  private long[] oneDnnDilation() {
    return new long[] {shape.dilation()[0] - 1, shape.dilation()[1] - 1};
  }
}
