package io.millrace.model.layers;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import java.util.Arrays;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory.format_tag;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Takes weights and the gradient of a convolution's output to that of its input. */
interface OneDnnInputGradient extends Freeable {
  /** Filters up to this size are turned. */
  long SMALL = 1 << 16;

  void run(INDArray weights, INDArray dy, INDArray dx);

  /**
   * With stride 1 the gradient of the input is itself a convolution, and oneDNN has faster forward
   * than backward kernels for NHWC; filters have to be turned for it, which pays while they are
   * small.
   */
  static OneDnnInputGradient of(
      ConvolutionShape shape, memory.data_type type, convolution_forward.primitive_desc forward) {
    long filters = Arrays.stream(shape.weights()).reduce(1, Math::multiplyExact);
    return shape.isTransposable() && filters <= SMALL
        ? turned(shape, type)
        : backward(shape, type, forward);
  }

  private static OneDnnInputGradient turned(ConvolutionShape shape, memory.data_type type) {
    OneDnnConvolution convolution = new OneDnnConvolution(shape.transposed(), type);
    return new OneDnnInputGradient() {
      @Override
      public void run(INDArray weights, INDArray dy, INDArray dx) {
        convolution.forwardTurned(dy, weights, dx);
      }

      @Override
      public void free() {
        convolution.free();
      }
    };
  }

  private static OneDnnInputGradient backward(
      ConvolutionShape shape, memory.data_type type, convolution_forward.primitive_desc forward) {
    var backward =
        new convolution_backward_data.desc(
            dnnl.algorithm.convolution_direct,
            OneDnn.images(type, shape.input()),
            OneDnn.layout(type, format_tag.any, shape.weights()),
            OneDnn.images(type, shape.output()),
            shape.window().stride(),
            shape.window().gaps(),
            shape.window().before(),
            shape.window().after());
    var chosen =
        new convolution_backward_data.primitive_desc(
            backward, OneDnn.ownScratchpad(), OneDnn.cpu(), forward);
    BlockedWeights blocked = new BlockedWeights(shape, chosen.weights_desc());
    OneDnnCall call =
        new OneDnnCall(
                "convolution backward by data", new convolution_backward_data(chosen), chosen)
            .with(DNNL_ARG_DIFF_SRC, OneDnn.images(type, shape.input()))
            .with(DNNL_ARG_WEIGHTS, blocked.blocked())
            .with(DNNL_ARG_DIFF_DST, OneDnn.images(type, shape.output()));
    return new OneDnnInputGradient() {
      @Override
      public void run(INDArray weights, INDArray dy, INDArray dx) {
        blocked.pack(weights);
        call.reads(DNNL_ARG_DIFF_DST, dy).writes(DNNL_ARG_DIFF_SRC, dx).run();
      }

      @Override
      public void free() {
        Freeable.all(call, blocked);
      }
    };
  }
}
