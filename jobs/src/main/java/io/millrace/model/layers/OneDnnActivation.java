package io.millrace.model.layers;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;

import java.util.Map;
import java.util.Optional;
import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory.format_tag;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.ndarray.INDArray;

/** An activation on oneDNN, for arrays of one length. */
final class OneDnnActivation implements ActivationKernel {
  /**
   * A function of oneDNN.
   *
   * @param alpha its first number
   * @param beta its second
   */
  record Function(algorithm algorithm, float alpha, float beta) {}

  /** DL4J's functions that have no settings, or these. */
  private static final Map<IActivation, Function> FUNCTIONS =
      Map.of(
          new ActivationSigmoid(), new Function(algorithm.eltwise_logistic, 0, 0),
          new ActivationTanH(), new Function(algorithm.eltwise_tanh, 0, 0),
          new ActivationReLU6(), new Function(algorithm.eltwise_clip_v2, 0, 6),
          new ActivationSwish(), new Function(algorithm.eltwise_swish, 1, 0),
          new ActivationGELU(false), new Function(algorithm.eltwise_swish, 1.702f, 0));

  private final OneDnnCall forward;
  private final OneDnnCall backward;

  OneDnnActivation(Function function, long length) {
    memory.desc array = OneDnn.layout(format_tag.a, length);
    var description =
        new eltwise_forward.primitive_desc(
            new eltwise_forward.desc(
                prop_kind.forward_training,
                function.algorithm,
                array,
                function.alpha,
                function.beta),
            OneDnn.ownScratchpad(),
            OneDnn.cpu());
    forward =
        new OneDnnCall("activation", new eltwise_forward(description), description)
            .with(DNNL_ARG_SRC, array)
            .with(DNNL_ARG_DST, array);
    var back =
        new eltwise_backward.primitive_desc(
            new eltwise_backward.desc(
                function.algorithm, array, array, function.alpha, function.beta),
            OneDnn.ownScratchpad(),
            OneDnn.cpu(),
            description);
    backward =
        new OneDnnCall("activation backward", new eltwise_backward(back), back)
            .with(DNNL_ARG_SRC, array)
            .with(DNNL_ARG_DIFF_DST, array)
            .with(DNNL_ARG_DIFF_SRC, array);
  }

  /** What computes a function of DL4J, where oneDNN has the same. */
  static Optional<Function> function(IActivation activation) {
    return Optional.ofNullable(FUNCTIONS.get(activation));
  }

  @Override
  public void forward(INDArray x, INDArray y) {
    forward.reads(DNNL_ARG_SRC, x).writes(DNNL_ARG_DST, y).run();
  }

  @Override
  public void backward(INDArray x, INDArray dy, INDArray dx) {
    backward
        .reads(DNNL_ARG_SRC, x)
        .reads(DNNL_ARG_DIFF_DST, dy)
        .writes(DNNL_ARG_DIFF_SRC, dx)
        .run();
  }

  @Override
  public void free() {
    Freeable.all(forward, backward);
  }
}
