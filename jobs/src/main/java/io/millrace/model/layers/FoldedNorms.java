package io.millrace.model.layers;

import io.millrace.model.NetworkCopy;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network for inference without the batch norms that follow a convolution or a dense layer, which
 * take them in:
 *
 * <pre>
 * s  = gamma / sqrt(variance + eps)
 * w' = s * w                      by output channel
 * b' = beta + s * (b - mean)
 * </pre>
 *
 * <p>A batch norm before a convolution stays, since the padding between would be scaled and shifted
 * too; so does one behind a layer with an activation, one whose layer others read as well, and what
 * is frozen. Computed in double; outputs differ from those of the network by rounding. A ReLU layer
 * behind such a batch norm becomes the layer's own activation, to be computed on the way.
 *
 * <p>Benoit Jacob and others: Quantization and Training of Neural Networks for Efficient
 * Integer-Arithmetic-Only Inference, section 3.2 (2017, arXiv 1712.05877).
 */
public final class FoldedNorms {
  private final ComputationGraphConfiguration configuration;
  private final Map<String, Norm> byLayer = new LinkedHashMap<>();
  private final int norms;

  /** A batch norm that its layer takes in. */
  record Norm(String name, BatchNormalization settings) {}

  private FoldedNorms(ComputationGraphConfiguration canonical) {
    configuration = NetworkCopy.of(canonical);
    List<String> all =
        canonical.getVertices().keySet().stream().filter(name -> isNorm(canonical, name)).toList();
    norms = all.size();
    all.forEach(this::fold);
    configuration.setTopologicalOrder(null); // DL4J makes it anew
    configuration.setTopologicalOrderStr(null);
  }

  /** Those of a network; {@code canonical} stays as it is. */
  public static FoldedNorms of(ComputationGraphConfiguration canonical) {
    return new FoldedNorms(canonical);
  }

  /** The network for inference, of stock layers. */
  public ComputationGraphConfiguration configuration() {
    return configuration;
  }

  /** Batch norms that are in other layers now. */
  public int folded() {
    return byLayer.size();
  }

  /** Batch norms of the canonical network. */
  public int norms() {
    return norms;
  }

  private void fold(String norm) {
    List<String> inputs = configuration.getVertexInputs().get(norm);
    String layer = inputs.get(0);
    BatchNormalization settings = (BatchNormalization) layer(norm);
    if (!takesNorms(layer, settings)
        || users(layer).size() != 1
        || isOutput(layer)
        || isOutput(norm)) {
      return;
    }
    remove(norm, layer);
    ((LayerVertex) configuration.getVertices().get(layer))
        .getLayerConf()
        .setVariables(new ArrayList<>()); // DL4J names them when it makes them
    setBias(layer(layer));
    byLayer.put(layer, new Norm(norm, settings));
    List<String> users = users(layer);
    if (users.size() == 1 && isRelu(users.get(0)) && !isOutput(users.get(0))) {
      remove(users.get(0), layer);
      ((FeedForwardLayer) layer(layer)).setActivationFn(new ActivationReLU());
    }
  }

  private boolean takesNorms(String name, BatchNormalization norm) {
    if (!(layer(name) instanceof FeedForwardLayer layer) || layer.getNOut() != norm.getNOut()) {
      return false;
    }
    boolean linear =
        layer.getActivationFn() instanceof ActivationIdentity && layer.getWeightNoise() == null;
    if (layer.getClass() == DenseLayer.class) {
      return linear && !((DenseLayer) layer).hasLayerNorm();
    }
    boolean convolution =
        layer.getClass() == ConvolutionLayer.class
            || layer.getClass() == Convolution2D.class
            || layer.getClass() == DepthwiseConvolution2D.class;
    return linear
        && convolution
        && ((ConvolutionLayer) layer).getCnn2dDataFormat() == norm.getCnn2DFormat();
  }

  private static void setBias(Layer layer) {
    if (layer instanceof ConvolutionLayer convolution) {
      convolution.setHasBias(true);
    } else {
      ((DenseLayer) layer).setHasBias(true);
    }
  }

  private boolean isRelu(String name) {
    return configuration.getVertices().get(name) instanceof LayerVertex vertex
        && vertex.getPreProcessor() == null
        && vertex.getLayerConf().getLayer() instanceof ActivationLayer layer
        && NativeSettings.servesRelu(layer);
  }

  private static boolean isNorm(ComputationGraphConfiguration network, String name) {
    return network.getVertices().get(name) instanceof LayerVertex vertex
        && vertex.getPreProcessor() == null
        && vertex.getLayerConf().getLayer().getClass() == BatchNormalization.class;
  }

  /** The layer of a vertex, null for one without. */
  private Layer layer(String name) {
    GraphVertex vertex = configuration.getVertices().get(name);
    return vertex instanceof LayerVertex node ? node.getLayerConf().getLayer() : null;
  }

  private List<String> users(String name) {
    return configuration.getVertexInputs().entrySet().stream()
        .filter(user -> user.getValue().contains(name))
        .map(Map.Entry::getKey)
        .toList();
  }

  private boolean isOutput(String name) {
    return configuration.getNetworkOutputs().contains(name);
  }

  private void remove(String name, String instead) {
    configuration.getVertices().remove(name);
    configuration.getVertexInputs().remove(name);
    configuration
        .getVertexInputs()
        .values()
        .forEach(inputs -> inputs.replaceAll(input -> input.equals(name) ? instead : input));
  }

  /**
   * Sets the weights of a network made from {@link #configuration}, on whatever layers.
   *
   * @param parameters of the canonical network, flat
   * @param layout where they lie
   */
  public void load(INDArray parameters, ParameterLayout layout, ComputationGraph net) {
    FoldedWeights weights = new FoldedWeights(parameters, layout);
    for (ParameterSlot slot : ParameterLayout.of(net).slots()) {
      INDArray view = net.getVertex(slot.vertex()).paramTable(false).get(slot.name());
      Norm norm = byLayer.get(slot.vertex());
      INDArray own = FoldedWeights.slice(net.params(), slot);
      if (norm == null) {
        own.assign(weights.same(slot));
      } else {
        own.assign(weights.folded(slot, norm, inner(slot, view)));
      }
    }
  }

  /** Elements that lie side by side in memory and belong to one output. */
  private int inner(ParameterSlot slot, INDArray view) {
    boolean bias = slot.name().equals(DefaultParamInitializer.BIAS_KEY);
    boolean outputsLast =
        layer(slot.vertex()) instanceof DepthwiseConvolution2D
            || (view.rank() == 2 && view.stride(1) == 1);
    long channels = byLayer.get(slot.vertex()).settings.getNOut();
    return bias || outputsLast ? 1 : Math.toIntExact(slot.length() / channels);
  }
}
