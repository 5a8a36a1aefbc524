package io.millrace.model.layers;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;

import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_v2_backward;
import org.bytedeco.dnnl.pooling_v2_forward;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Max or average pooling on oneDNN for one shape of input; images are contiguous NHWC. */
final class OneDnnPooling implements Freeable {
  private final algorithm algorithm;
  private final Window window;
  private final memory.desc input;
  private final memory.desc output;
  private OneDnnCall training;
  private OneDnnCall inference;
  private OneDnnCall gradient;

  /**
   * For shapes [N, C, H, W].
   *
   * @param algorithm the largest value, or the mean with or without the padding in its divisor
   * @param type of both images
   */
  OneDnnPooling(
      algorithm algorithm, Window window, long[] input, long[] output, memory.data_type type) {
    this.algorithm = algorithm;
    this.window = window;
    this.input = OneDnn.images(type, input);
    this.output = OneDnn.images(type, output);
  }

  void train(INDArray x, INDArray y) {
    if (training == null) {
      prepareTraining();
    }
    run(training, x, y);
  }

  void infer(INDArray x, INDArray y) {
    if (inference == null) {
      inference = forwardCall(forward(prop_kind.forward_inference));
    }
    run(inference, x, y);
  }

  /** Gradient of the input at the last {@link #train}. */
  void backward(INDArray dy, INDArray dx) {
    gradient.reads(DNNL_ARG_DIFF_DST, dy).writes(DNNL_ARG_DIFF_SRC, dx).run();
  }

  @Override
  public void free() {
    Freeable.all(training, inference, gradient);
  }

  private static void run(OneDnnCall call, INDArray x, INDArray y) {
    call.reads(DNNL_ARG_SRC, x).writes(DNNL_ARG_DST, y).run();
  }

  /** The workspace says which pixel of a window was the largest; a mean needs none. */
  private void prepareTraining() {
    var forward = forward(prop_kind.forward_training);
    memory workspace = new memory(forward.workspace_desc(), OneDnn.cpu());
    training = forwardCall(forward).with(DNNL_ARG_WORKSPACE, workspace);
    var backward =
        new pooling_v2_backward.desc(
            algorithm,
            input,
            output,
            window.stride(),
            window.kernel(),
            window.gaps(),
            window.before(),
            window.after());
    var chosen =
        new pooling_v2_backward.primitive_desc(
            backward, OneDnn.ownScratchpad(), OneDnn.cpu(), forward);
    gradient =
        new OneDnnCall("pooling backward", new pooling_v2_backward(chosen), chosen)
            .with(DNNL_ARG_DIFF_DST, output)
            .with(DNNL_ARG_DIFF_SRC, input)
            .with(DNNL_ARG_WORKSPACE, workspace);
  }

  private pooling_v2_forward.primitive_desc forward(prop_kind kind) {
    var forward =
        new pooling_v2_forward.desc(
            kind,
            algorithm,
            input,
            output,
            window.stride(),
            window.kernel(),
            window.gaps(),
            window.before(),
            window.after());
    return new pooling_v2_forward.primitive_desc(forward, OneDnn.ownScratchpad(), OneDnn.cpu());
  }

  private OneDnnCall forwardCall(pooling_v2_forward.primitive_desc description) {
    return new OneDnnCall("pooling", new pooling_v2_forward(description), description)
        .with(DNNL_ARG_SRC, input)
        .with(DNNL_ARG_DST, output);
  }
}
