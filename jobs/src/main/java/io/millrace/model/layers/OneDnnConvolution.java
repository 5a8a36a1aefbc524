package io.millrace.model.layers;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory.format_tag;
import org.bytedeco.dnnl.primitive_attr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A convolution on oneDNN for one shape of input. Images stay NHWC; only the weights are brought
 * into the order that a primitive likes best, which costs a thousandth of its run.
 */
final class OneDnnConvolution implements ConvolutionKernel {
  private final ConvolutionShape shape;
  private final memory.data_type type;
  private final convolution_forward.primitive_desc description;
  private final BlockedWeights weights;
  private final OneDnnCall forward;
  private OneDnnInputGradient inputGradient;
  private BlockedWeights weightGradient;
  private OneDnnCall backwardWeights;
  private BlockedWeights reluWeights;
  private OneDnnCall relu;

  OneDnnConvolution(ConvolutionShape shape) {
    this(shape, memory.data_type.f32);
  }

  /**
   * A convolution of images, results and weights of this type; sums, biases and the arrays of
   * parameters are of fp32.
   */
  OneDnnConvolution(ConvolutionShape shape, memory.data_type type) {
    this.shape = shape;
    this.type = type;
    description = describe(dnnl.prop_kind.forward_training, OneDnn.ownScratchpad());
    weights = new BlockedWeights(shape, description.weights_desc());
    forward = call("convolution", description, weights);
  }

  private OneDnnCall call(
      String name, convolution_forward.primitive_desc described, BlockedWeights filters) {
    OneDnnCall call =
        new OneDnnCall(name, new convolution_forward(described), described)
            .with(DNNL_ARG_SRC, OneDnn.images(type, shape.input()))
            .with(DNNL_ARG_WEIGHTS, filters.blocked())
            .with(DNNL_ARG_DST, OneDnn.images(type, shape.output()));
    return shape.bias() ? call.with(DNNL_ARG_BIAS, bias()) : call;
  }

  @Override
  public void forward(INDArray x, Filters filters, INDArray y) {
    run(forward, weights, x, filters, y);
  }

  @Override
  public void inferRelu(INDArray x, Filters filters, INDArray y) {
    if (relu == null) {
      var described = describe(dnnl.prop_kind.forward_inference, OneDnn.ownScratchpadAndRelu());
      reluWeights = new BlockedWeights(shape, described.weights_desc());
      relu = call("convolution and ReLU", described, reluWeights);
    }
    run(relu, reluWeights, x, filters, y);
  }

  private void run(
      OneDnnCall call, BlockedWeights packed, INDArray x, Filters filters, INDArray y) {
    packed.pack(filters.weights());
    if (shape.bias()) {
      call.reads(DNNL_ARG_BIAS, filters.bias());
    }
    call.reads(DNNL_ARG_SRC, x).writes(DNNL_ARG_DST, y).run();
  }

  /** Runs forward, without a bias, on filters turned by 180 degrees and with channels exchanged. */
  void forwardTurned(INDArray x, INDArray filters, INDArray y) {
    weights.packTurned(filters);
    forward.reads(DNNL_ARG_SRC, x).writes(DNNL_ARG_DST, y).run();
  }

  @Override
  public void backward(INDArray x, Filters filters, INDArray dy, INDArray dx, Filters gradients) {
    if (dx != null) {
      if (inputGradient == null) {
        inputGradient = OneDnnInputGradient.of(shape, type, description);
      }
      inputGradient.run(filters.weights(), dy, dx);
    }
    if (backwardWeights == null) {
      backwardWeights = backwardWeights();
    }
    backwardWeights.reads(DNNL_ARG_SRC, x).reads(DNNL_ARG_DIFF_DST, dy);
    if (shape.bias()) {
      backwardWeights.writes(DNNL_ARG_DIFF_BIAS, gradients.bias());
    }
    weightGradient.take();
    backwardWeights.run();
    weightGradient.unpack(gradients.weights());
  }

  @Override
  public void free() {
    Freeable.all(forward, relu, backwardWeights, inputGradient);
    Freeable.all(weights, reluWeights, weightGradient);
  }

  private convolution_forward.primitive_desc describe(
      dnnl.prop_kind kind, primitive_attr attributes) {
    var forward =
        new convolution_forward.desc(
            kind,
            dnnl.algorithm.convolution_direct,
            OneDnn.images(type, shape.input()),
            OneDnn.layout(type, format_tag.any, shape.weights()),
            bias(),
            OneDnn.images(type, shape.output()),
            shape.window().stride(),
            shape.window().gaps(),
            shape.window().before(),
            shape.window().after());
    return new convolution_forward.primitive_desc(forward, attributes, OneDnn.cpu());
  }

  private OneDnnCall backwardWeights() {
    var backward =
        new convolution_backward_weights.desc(
            dnnl.algorithm.convolution_direct,
            OneDnn.images(type, shape.input()),
            OneDnn.layout(type, format_tag.any, shape.weights()),
            bias(),
            OneDnn.images(type, shape.output()),
            shape.window().stride(),
            shape.window().gaps(),
            shape.window().before(),
            shape.window().after());
    var chosen =
        new convolution_backward_weights.primitive_desc(
            backward, OneDnn.ownScratchpad(), OneDnn.cpu(), description);
    weightGradient = new BlockedWeights(shape, chosen.diff_weights_desc());
    OneDnnCall call =
        new OneDnnCall(
                "convolution backward by weights", new convolution_backward_weights(chosen), chosen)
            .with(DNNL_ARG_SRC, OneDnn.images(type, shape.input()))
            .with(DNNL_ARG_DIFF_WEIGHTS, weightGradient.blocked())
            .with(DNNL_ARG_DIFF_DST, OneDnn.images(type, shape.output()));
    return shape.bias() ? call.with(DNNL_ARG_DIFF_BIAS, bias()) : call;
  }

  /** An empty one says that there is none. */
  private memory.desc bias() {
    long channels = shape.output()[1];
    return shape.bias() ? OneDnn.layout(format_tag.a, channels) : new memory.desc();
  }
}
