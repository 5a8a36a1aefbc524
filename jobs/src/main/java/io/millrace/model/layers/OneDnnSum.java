package io.millrace.model.layers;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;

import java.util.List;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Sums of bf16 arrays with the ReLU that may follow, and their gradient, for one length. */
final class OneDnnSum implements Freeable {
  private final memory.desc layout;
  private final boolean relu;
  private OneDnnCall add;
  private OneDnnCall addLast;
  private OneDnnCall alone;
  private OneDnnCall gate;

  OneDnnSum(long length, boolean relu) {
    layout = new memory.desc(new long[] {length}, memory.data_type.bf16, memory.format_tag.a);
    this.relu = relu;
  }

  /** {@code out = max(0, sum of terms)}, or the sum itself without ReLU. */
  void forward(List<INDArray> terms, INDArray out) {
    if (terms.size() == 1) {
      alone().reads(DNNL_ARG_SRC, terms.get(0)).writes(DNNL_ARG_DST, out).run();
      return;
    }
    for (int term = 1; term < terms.size(); term++) {
      call(term + 1 == terms.size())
          .reads(DNNL_ARG_SRC_0, term == 1 ? terms.get(0) : out)
          .reads(DNNL_ARG_SRC_1, terms.get(term))
          .writes(DNNL_ARG_DST, out)
          .run();
    }
  }

  /** Writes the gradient, where the output is above 0, to each of {@code gradients}. */
  void backward(INDArray out, INDArray gradient, List<INDArray> gradients) {
    for (INDArray each : gradients) {
      gate()
          .reads(DNNL_ARG_DST, out)
          .reads(DNNL_ARG_DIFF_DST, gradient)
          .writes(DNNL_ARG_DIFF_SRC, each)
          .run();
    }
  }

  @Override
  public void free() {
    Freeable.all(add, addLast, alone, gate);
  }

  private OneDnnCall call(boolean last) {
    if (last) {
      addLast = addLast == null ? sum(relu) : addLast;
      return addLast;
    }
    add = add == null ? sum(false) : add;
    return add;
  }

  private OneDnnCall sum(boolean gated) {
    primitive_attr attributes = OneDnn.ownScratchpad();
    if (gated) {
      post_ops after = new post_ops();
      after.append_eltwise(1, algorithm.eltwise_relu, 0, 0);
      attributes.set_post_ops(after);
    }
    var chosen =
        new binary.primitive_desc(
            new binary.desc(algorithm.binary_add, layout, layout, layout),
            attributes,
            OneDnn.cpu());
    return new OneDnnCall("sum", new binary(chosen), chosen)
        .with(DNNL_ARG_SRC_0, layout)
        .with(DNNL_ARG_SRC_1, layout)
        .with(DNNL_ARG_DST, layout);
  }

  private OneDnnCall alone() {
    if (alone == null) {
      var chosen = relu();
      alone =
          new OneDnnCall("ReLU", new eltwise_forward(chosen), chosen)
              .with(DNNL_ARG_SRC, layout)
              .with(DNNL_ARG_DST, layout);
    }
    return alone;
  }

  private OneDnnCall gate() {
    if (gate == null) {
      var chosen =
          new eltwise_backward.primitive_desc(
              new eltwise_backward.desc(function(), layout, layout, slope(), 0),
              OneDnn.ownScratchpad(),
              OneDnn.cpu(),
              relu());
      gate =
          new OneDnnCall("ReLU backward", new eltwise_backward(chosen), chosen)
              .with(DNNL_ARG_DST, layout)
              .with(DNNL_ARG_DIFF_DST, layout)
              .with(DNNL_ARG_DIFF_SRC, layout);
    }
    return gate;
  }

  private eltwise_forward.primitive_desc relu() {
    return new eltwise_forward.primitive_desc(
        new eltwise_forward.desc(prop_kind.forward_training, function(), layout, slope(), 0),
        OneDnn.ownScratchpad(),
        OneDnn.cpu());
  }

  private static algorithm function() {
    return algorithm.eltwise_relu_use_dst_for_bwd;
  }

  /** What is left of values below 0: all, where there is no ReLU. */
  private float slope() {
    return relu ? 0 : 1;
  }
}
