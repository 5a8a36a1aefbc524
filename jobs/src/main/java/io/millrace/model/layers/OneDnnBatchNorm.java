package io.millrace.model.layers;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SCALE_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MEAN;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCALE_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_VARIANCE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;

import java.util.stream.Stream;
import org.bytedeco.dnnl.batch_normalization_backward;
import org.bytedeco.dnnl.batch_normalization_forward;
import org.bytedeco.dnnl.global.dnnl.normalization_flags;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory.format_tag;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A batch norm on oneDNN for one shape of input, ReLU fused. */
final class OneDnnBatchNorm implements BatchNormKernel {
  private final int channels;
  private final float epsilon;
  private final int flags;
  private final memory.desc image;
  private final Row mean;
  private final Row variance;
  private final Row scale;
  private final Row scaleGradient;
  private OneDnnCall training;
  private OneDnnCall inference;
  private OneDnnCall gradient;

  /** For images of shape [N, H, W, C] and of this type; all else is of fp32. */
  OneDnnBatchNorm(long[] shape, double epsilon, boolean relu, memory.data_type type) {
    channels = (int) shape[3];
    this.epsilon = (float) epsilon;
    flags =
        normalization_flags.use_scale_shift.value
            | (relu ? normalization_flags.fuse_norm_relu.value : 0);
    image = OneDnn.images(type, shape[0], shape[3], shape[1], shape[2]);
    mean = new Row(channels);
    variance = new Row(channels);
    scale = new Row(2, channels);
    scaleGradient = new Row(2, channels);
  }

  @Override
  public void train(INDArray x, Scale given, Statistics statistics, INDArray y) {
    if (training == null) {
      prepareTraining();
    }
    write(given);
    training.reads(DNNL_ARG_SRC, x).writes(DNNL_ARG_DST, y).run();
    mean.values.get(statistics.mean());
    variance.values.get(statistics.variance());
  }

  @Override
  public void infer(INDArray x, Scale given, Statistics statistics, INDArray y) {
    if (inference == null) {
      var description = forward(prop_kind.forward_inference, useGlobalStatistics());
      inference = forwardCall(description);
    }
    write(given);
    mean.values.put(statistics.mean());
    variance.values.put(statistics.variance());
    inference.reads(DNNL_ARG_SRC, x).writes(DNNL_ARG_DST, y).run();
  }

  @Override
  public void backward(INDArray x, INDArray dy, INDArray dx, Scale gradients) {
    gradient
        .reads(DNNL_ARG_SRC, x)
        .reads(DNNL_ARG_DIFF_DST, dy)
        .writes(DNNL_ARG_DIFF_SRC, dx)
        .run();
    scaleGradient.values.get(gradients.gamma());
    scaleGradient.values.position(channels).get(gradients.beta());
    scaleGradient.values.position(0);
  }

  @Override
  public void free() {
    Freeable.all(training, inference, gradient);
    Stream.of(mean, variance, scale, scaleGradient).forEach(Row::close);
  }

  private void write(Scale given) {
    scale.values.put(given.gamma());
    scale.values.position(channels).put(given.beta());
    scale.values.position(0);
  }

  /** The workspace says where ReLU let values through. */
  private void prepareTraining() {
    var description = forward(prop_kind.forward_training, flags);
    memory workspace = new memory(description.workspace_desc(), OneDnn.cpu());
    training = forwardCall(description).with(DNNL_ARG_WORKSPACE, workspace);
    var backward =
        new batch_normalization_backward.primitive_desc(
            new batch_normalization_backward.desc(
                prop_kind.backward.value, image, image, epsilon, flags),
            OneDnn.ownScratchpad(),
            OneDnn.cpu(),
            description);
    gradient =
        new OneDnnCall("batch norm backward", new batch_normalization_backward(backward), backward)
            .with(DNNL_ARG_SRC, image)
            .with(DNNL_ARG_DIFF_DST, image)
            .with(DNNL_ARG_DIFF_SRC, image)
            .with(DNNL_ARG_MEAN, mean.memory)
            .with(DNNL_ARG_VARIANCE, variance.memory)
            .with(DNNL_ARG_SCALE_SHIFT, scale.memory)
            .with(DNNL_ARG_DIFF_SCALE_SHIFT, scaleGradient.memory)
            .with(DNNL_ARG_WORKSPACE, workspace);
  }

  private batch_normalization_forward.primitive_desc forward(prop_kind kind, int with) {
    return new batch_normalization_forward.primitive_desc(
        new batch_normalization_forward.desc(kind.value, image, epsilon, with),
        OneDnn.ownScratchpad(),
        OneDnn.cpu());
  }

  private OneDnnCall forwardCall(batch_normalization_forward.primitive_desc description) {
    return new OneDnnCall("batch norm", new batch_normalization_forward(description), description)
        .with(DNNL_ARG_SRC, image)
        .with(DNNL_ARG_DST, image)
        .with(DNNL_ARG_MEAN, mean.memory)
        .with(DNNL_ARG_VARIANCE, variance.memory)
        .with(DNNL_ARG_SCALE_SHIFT, scale.memory);
  }

  private int useGlobalStatistics() {
    return flags | normalization_flags.use_global_stats.value;
  }

  /** Values a channel, in memory that oneDNN reads and writes. */
  private static final class Row {
    private final FloatPointer values;
    private final memory memory;

    Row(long... shape) {
      long length = 1;
      for (long size : shape) {
        length *= size;
      }
      values = new FloatPointer(length);
      format_tag order = shape.length == 1 ? format_tag.a : format_tag.ab;
      memory = new memory(OneDnn.layout(order, shape), OneDnn.cpu(), values);
    }

    void close() {
      memory.close();
      values.close();
    }
  }
}
