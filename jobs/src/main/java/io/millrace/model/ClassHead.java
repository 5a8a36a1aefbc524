package io.millrace.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The last parameters of a network, one row a class: they are what gives its outputs their order.
 * Lives on the driver.
 */
public final class ClassHead {
  private ClassHead() {}

  /**
   * Puts the outputs of a network in another order, so that new output k is what output {@code
   * from[k]} was. Whatever the layers behind the head do, they must not tell classes apart; this is
   * tried on an image.
   *
   * @param shape of the images it takes
   * @throws IllegalArgumentException with the reason if the network cannot be reordered
   */
  public static void reorder(ComputationGraph net, int[] from, ImageShape shape) {
    INDArray image =
        Nd4j.linspace(-1, 1, (long) shape.height() * shape.width() * shape.channels())
            .castTo(net.params().dataType())
            .reshape(1, shape.channels(), shape.height(), shape.width());
    INDArray before = net.outputSingle(image).dup('c');
    GraphVertex head = head(net);
    Layer layer = head.getLayer().conf().getLayer();
    for (Map.Entry<String, INDArray> parameter : head.paramTable(false).entrySet()) {
      int axis = classAxis(layer, parameter.getKey());
      reorder(parameter.getValue(), axis, from, head.getVertexName());
    }
    INDArray after = net.outputSingle(image);
    for (int k = 0; k < from.length; k++) {
      if (!(Math.abs(after.getDouble(0, k) - before.getDouble(0, from[k])) <= 1e-5)) {
        throw new IllegalArgumentException(
            "its outputs do not follow the order of " + head.getVertexName());
      }
    }
  }

  /**
   * The parameters that have one row a class: the axis of their rows by the name of the parameter,
   * {@code layer.parameter}; none where no single layer gives the outputs their order.
   */
  public static Map<String, Integer> rowAxes(ComputationGraph net) {
    Map<String, Integer> axes = new LinkedHashMap<>();
    try {
      GraphVertex head = head(net);
      for (Map.Entry<String, INDArray> each : head.paramTable(false).entrySet()) {
        int axis = classAxis(head.getLayer().conf().getLayer(), each.getKey());
        axes.put(
            head.getVertexName() + "." + each.getKey(), Math.min(axis, each.getValue().rank() - 1));
      }
      return axes;
    } catch (IllegalArgumentException e) {
      return Map.of();
    }
  }

  /** The vertex nearest to the output that has parameters, over a chain without forks. */
  private static GraphVertex head(ComputationGraph net) {
    GraphVertex vertex = net.getVertex(net.getConfiguration().getNetworkOutputs().get(0));
    while (vertex.numParams() == 0) {
      VertexIndices[] inputs = vertex.getInputVertices();
      if (inputs == null || inputs.length != 1) {
        throw new IllegalArgumentException("no single layer gives its outputs their order");
      }
      vertex = net.getVertices()[inputs[0].getVertexIndex()];
    }
    if (!vertex.hasLayer()) {
      throw new IllegalArgumentException(vertex.getVertexName() + " is no layer");
    }
    return vertex;
  }

  /** Which axis of a parameter counts the layer's outputs. */
  private static int classAxis(Layer layer, String parameter) {
    boolean dense = layer.getClass() == DenseLayer.class || layer instanceof BaseOutputLayer;
    boolean centres = layer instanceof CenterLossOutputLayer && parameter.equals("cL");
    boolean convolution = layer.getClass() == ConvolutionLayer.class;
    if (!dense && !convolution) {
      throw new IllegalArgumentException(
          "its last parameters are those of a " + layer.getClass().getSimpleName());
    }
    return centres || convolution && parameter.equals("W") ? 0 : 1;
  }

  private static void reorder(INDArray parameter, int classAxis, int[] from, String vertex) {
    int axis = Math.min(classAxis, parameter.rank() - 1); // a bias may have one axis alone
    if (parameter.size(axis) != from.length) {
      throw new IllegalArgumentException("%s has not %d outputs".formatted(vertex, from.length));
    }
    INDArray old = parameter.dup();
    for (int k = 0; k < from.length; k++) {
      parameter.slice(k, axis).assign(old.slice(from[k], axis));
    }
  }
}
