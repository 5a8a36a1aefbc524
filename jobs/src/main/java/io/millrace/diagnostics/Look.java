package io.millrace.diagnostics;

import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.model.ParameterSlot.Kind;
import io.millrace.wire.WeightVector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;

/**
 * What the layers of a network made of a sample of images in inference mode.
 *
 * @param network the canonical network
 * @param outputs sums over the outputs of its vertices, by name, in their order
 * @param layout of its parameters
 * @param weights the parameters that it had
 * @param updates updates that made them
 */
public record Look(
    ComputationGraphConfiguration network,
    Map<String, ChannelSums> outputs,
    ParameterLayout layout,
    WeightVector weights,
    long updates) {
  /**
   * A batch norm.
   *
   * @param vertex its name
   * @param mean running means
   * @param variance running variances
   * @param epsilon what is added to a variance
   * @param initial share of the running statistics that they started with, decay^updates
   * @param input what went into it
   */
  public record Norm(
      String vertex,
      double[] mean,
      double[] variance,
      double epsilon,
      double initial,
      ChannelSums input) {}

  /** The vertices with a function that is not the identity. */
  public List<String> activated() {
    return outputs.keySet().stream().filter(this::isActivated).toList();
  }

  /** Whether a vertex has a function that is not the identity. */
  public boolean isActivated(String vertex) {
    return function(vertex).isPresent();
  }

  /** Whether a vertex ends in a ReLU, which is 0 for all that is below 0. */
  public boolean isRelu(String vertex) {
    return function(vertex)
        .map(each -> each instanceof ActivationReLU || each instanceof ActivationReLU6)
        .orElse(false);
  }

  /** What a function was applied to; empty where it is part of a layer. */
  public Optional<ChannelSums> before(String vertex) {
    return layer(vertex).filter(ActivationLayer.class::isInstance).flatMap(any -> input(vertex));
  }

  /** The batch norms of images or vectors. */
  public List<Norm> norms() {
    List<Norm> norms = new ArrayList<>();
    for (ParameterSlot slot : layout.slots()) {
      if (slot.kind() == Kind.MEAN
          && layer(slot.vertex()).orElse(null) instanceof BatchNormalization conf) {
        input(slot.vertex())
            .filter(input -> input.channels() == slot.length())
            .ifPresent(input -> norms.add(norm(slot, conf, input)));
      }
    }
    return norms;
  }

  private Norm norm(ParameterSlot mean, BatchNormalization conf, ChannelSums input) {
    float[] stored = new float[2 * (int) mean.length()];
    weights.get(mean.offset(), stored); // variances lie right behind the means
    double[] means = new double[(int) mean.length()];
    double[] variances = new double[means.length];
    for (int c = 0; c < means.length; c++) {
      double second = stored[means.length + c];
      means[c] = stored[c];
      variances[c] = conf.isUseLogStd() ? StrictMath.pow(10, 2 * second) : second;
    }
    return new Norm(
        mean.vertex(),
        means,
        variances,
        conf.getEps(),
        StrictMath.pow(conf.getDecay(), updates),
        input);
  }

  private Optional<ChannelSums> input(String vertex) {
    List<String> inputs = network.getVertexInputs().getOrDefault(vertex, List.of());
    return inputs.size() == 1 ? Optional.ofNullable(outputs.get(inputs.get(0))) : Optional.empty();
  }

  private Optional<IActivation> function(String vertex) {
    return layer(vertex)
        .filter(layer -> !(layer instanceof BatchNormalization)) // which has no use for it
        .map(
            layer ->
                layer instanceof BaseLayer base
                    ? base.getActivationFn()
                    : layer instanceof ActivationLayer alone ? alone.getActivationFn() : null)
        .filter(each -> !(each instanceof ActivationIdentity));
  }

  private Optional<Layer> layer(String vertex) {
    return network.getVertices().get(vertex) instanceof LayerVertex node
        ? Optional.of(node.getLayerConf().getLayer())
        : Optional.empty();
  }
}
