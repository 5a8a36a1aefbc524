package io.millrace.formats;

import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.model.ParameterSlot.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A parameter of a network as a file of weights calls it. PyTorch's names and shapes are
 *
 * <pre>
 * convolution  weight [out, in, kH, kW]    W [out, in, kH, kW]
 * depthwise    weight [in * m, 1, kH, kW]  W [kH, kW, in, m]
 * dense        weight [out, in]            W [in, out]
 *              or [out, c, h, w]           in = c * h * w, flattened in that order
 * batch norm   weight, bias [n]            gamma, beta [1, n]
 *              running_mean, running_var   mean, var
 * bias         bias [n]                    b [1, n]
 * </pre>
 *
 * @param slot the parameter
 * @param name in the file
 * @param shapes that it may have there, the usual one first
 * @param axes the parameter in the network, with its axes in the file's order
 */
public record NamedParameter(
    ParameterSlot slot, String name, List<List<Long>> shapes, INDArray axes) {
  /** The parameters of a network by their own names, {@code layer.parameter}, and shapes. */
  public static List<NamedParameter> own(ComputationGraph net) {
    List<NamedParameter> all = new ArrayList<>();
    for (ParameterSlot slot : ParameterLayout.of(net).slots()) {
      INDArray view = view(net, slot);
      all.add(new NamedParameter(slot, slot.key(), List.of(list(view.shape())), view));
    }
    return all;
  }

  /**
   * The parameters of a network by the names of PyTorch's libraries.
   *
   * @param layers what the library calls the layers
   */
  public static List<NamedParameter> pytorch(ComputationGraph net, UnaryOperator<String> layers) {
    List<NamedParameter> all = new ArrayList<>();
    for (ParameterSlot slot : ParameterLayout.of(net).slots()) {
      String name = layers.apply(slot.vertex()) + "." + word(slot.kind());
      INDArray view = view(net, slot);
      if (slot.kind() != Kind.WEIGHT) {
        INDArray row = view.reshape(view.length());
        all.add(new NamedParameter(slot, name, List.of(List.of(view.length())), row));
      } else if (view.rank() == 2) {
        INDArray axes = view.transpose();
        all.add(new NamedParameter(slot, name, dense(net, slot, view), axes));
      } else if (layer(net, slot) instanceof DepthwiseConvolution2D) {
        INDArray axes = view.permute(2, 3, 0, 1);
        List<Long> shape = List.of(axes.size(0) * axes.size(1), 1L, axes.size(2), axes.size(3));
        all.add(new NamedParameter(slot, name, List.of(shape), axes));
      } else {
        all.add(new NamedParameter(slot, name, List.of(list(view.shape())), view));
      }
    }
    return all;
  }

  private static List<List<Long>> dense(ComputationGraph net, ParameterSlot slot, INDArray view) {
    long in = view.size(0);
    long out = view.size(1);
    List<List<Long>> shapes = new ArrayList<>(List.of(List.of(out, in), List.of(out, in, 1L, 1L)));
    flattened(net, slot.vertex())
        .ifPresent(image -> shapes.add(List.of(out, image.get(0), image.get(1), image.get(2))));
    return shapes;
  }

  /** Channels, height and width of what a layer sees flattened in this order. */
  private static Optional<List<Long>> flattened(ComputationGraph net, String vertex) {
    return net.getConfiguration().getVertices().get(vertex) instanceof LayerVertex layer
            && layer.getPreProcessor() instanceof CnnToFeedForwardPreProcessor flat
            && flat.getFormat() == CNN2DFormat.NCHW
        ? Optional.of(List.of(flat.getNumChannels(), flat.getInputHeight(), flat.getInputWidth()))
        : Optional.empty();
  }

  private static String word(Kind kind) {
    return switch (kind) {
      case WEIGHT, GAMMA -> "weight";
      case BIAS, BETA -> "bias";
      case MEAN -> "running_mean";
      case VARIANCE -> "running_var";
      case CENTER -> "centers";
    };
  }

  private static INDArray view(ComputationGraph net, ParameterSlot slot) {
    return net.getVertex(slot.vertex()).paramTable(false).get(slot.name());
  }

  private static Layer layer(ComputationGraph net, ParameterSlot slot) {
    GraphVertex vertex = net.getVertex(slot.vertex());
    return vertex.hasLayer() ? vertex.getLayer().conf().getLayer() : null;
  }

  private static List<Long> list(long[] shape) {
    return LongStream.of(shape).boxed().toList();
  }

  /** The shape that files usually have. */
  public List<Long> shape() {
    return shapes.get(0);
  }

  /** Whether an array of the file holds just this parameter. */
  boolean takes(List<Long> shape) {
    return shapes.contains(shape);
  }

  /**
   * Looks through an array of the file.
   *
   * @throws IllegalArgumentException if a value cannot be one of this parameter
   */
  void require(float[] values) {
    boolean variance = slot.kind() == Kind.VARIANCE && slot.name().equals("var");
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i]) || variance && values[i] < 0) {
        throw new IllegalArgumentException(
            "%s is %s at index %d, which is no %s"
                .formatted(Words.line(name), values[i], i, variance ? "variance" : "weight"));
      }
    }
  }

  /** Sets the parameter in the network to an array of the file. */
  void set(float[] values) {
    try (INDArray theirs = Nd4j.createFromArray(values)) {
      axes.assign(theirs.reshape('c', axes.shape()));
    }
  }

  /** The parameter as it lies in a file, the last axis fastest. */
  public float[] values() {
    try (INDArray copy = axes.dup('c')) {
      return copy.data().asFloat();
    }
  }

  /** Whether an array of the file differs from this parameter in the length of one axis alone. */
  boolean takesBut(int axis, List<Long> shape) {
    List<Long> same = new ArrayList<>(shape);
    return axis < same.size() && same.set(axis, shape().get(axis)) != null && takes(same);
  }

  /**
   * Sets the rows of classes that the file knows; the others stay as they are.
   *
   * @param values the file's array
   * @param axis of the rows, of which the file may have another number
   * @param from the file's row for each of ours, -1 for none
   */
  void setRows(float[] values, int axis, int[] from) {
    INDArray ours = axes.rank() == 1 ? axes.reshape(axes.length(), 1) : axes;
    long[] shape = ours.shape().clone();
    shape[axis] = values.length / (ours.length() / shape[axis]);
    try (INDArray all = Nd4j.createFromArray(values)) {
      INDArray theirs = all.reshape('c', shape);
      for (int k = 0; k < from.length; k++) {
        if (from[k] >= 0) {
          ours.slice(k, axis).assign(theirs.slice(from[k], axis));
        }
      }
    }
  }
}
