package io.millrace.model;

import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossNegativeLogLikelihood;

/**
 * The layer of a configuration whose outputs are classes: by what it is trained, and how another
 * loss takes that one's place in a replica's copy.
 *
 * @param name of the layer
 * @param layer its configuration; null where the output is no layer
 */
public record ClassOutput(String name, Layer layer) {
  private static final Set<Class<?>> CROSS_ENTROPIES =
      Set.of(LossMCXENT.class, LossNegativeLogLikelihood.class);

  /** Layers whose activation comes last. */
  private static final List<Class<?>> ENDS =
      List.of(OutputLayer.class, LossLayer.class, DenseLayer.class, ActivationLayer.class);

  /** That of a graph with one output. */
  public static ClassOutput of(ComputationGraphConfiguration network) {
    String name = network.getNetworkOutputs().get(0);
    GraphVertex vertex = network.getVertices().get(name);
    return new ClassOutput(
        name, vertex instanceof LayerVertex node ? node.getLayerConf().getLayer() : null);
  }

  /** That of a stack. */
  public static ClassOutput of(MultiLayerConfiguration network) {
    int last = network.getConfs().size() - 1;
    return new ClassOutput("layer " + last, network.getConf(last).getLayer());
  }

  /** Whether it gives the softmax of its logits and is trained by their plain cross entropy. */
  public boolean isSoftmaxCrossEntropy() {
    return layer != null
        && (layer.getClass() == OutputLayer.class || layer.getClass() == LossLayer.class)
        && loss() instanceof LossMCXENT loss
        && CROSS_ENTROPIES.contains(loss.getClass())
        && loss.getWeights() == null
        && ((FeedForwardLayer) layer).getActivationFn().getClass() == ActivationSoftmax.class;
  }

  /** What it is trained by, in words. */
  public String words() {
    String kind = layer == null ? "no layer" : layer.getClass().getSimpleName();
    return loss() == null
        ? "%s, %s".formatted(name, kind)
        : "%s, %s of %s on %s"
            .formatted(name, kind, loss().name(), ((FeedForwardLayer) layer).getActivationFn());
  }

  private ILossFunction loss() {
    if (layer instanceof BaseOutputLayer output) {
      return output.getLossFn();
    }
    return layer instanceof LossLayer output ? output.getLossFn() : null;
  }

  /**
   * Takes its softmax away, in place, so that it gives logits.
   *
   * @throws IllegalArgumentException with the rule where it ends otherwise
   */
  public void giveLogits() {
    boolean softmax = endsInSoftmax();
    IActivation activation = activation();
    boolean linear = activation != null && activation.getClass() == ActivationIdentity.class;
    if (!isEnd() || !(softmax || linear)) {
      throw new IllegalArgumentException("end in softmax, or in logits; its output is " + words());
    }
    if (layer instanceof BaseLayer base) {
      base.setActivationFn(new ActivationIdentity());
    } else {
      ((ActivationLayer) layer).setActivationFn(new ActivationIdentity());
    }
  }

  /** Whether its last step is a softmax. */
  public boolean endsInSoftmax() {
    return isEnd() && activation() != null && activation().getClass() == ActivationSoftmax.class;
  }

  private boolean isEnd() {
    return layer != null && ENDS.contains(layer.getClass());
  }

  private IActivation activation() {
    return layer instanceof BaseLayer base
        ? base.getActivationFn()
        : layer instanceof ActivationLayer own ? own.getActivationFn() : null;
  }

  /** Lets another loss train it; it is given the layer's logits. */
  public void train(ILossFunction loss) {
    if (layer instanceof OutputLayer output) {
      output.setLossFn(loss);
    } else {
      ((LossLayer) layer).setLossFn(loss);
    }
  }
}
