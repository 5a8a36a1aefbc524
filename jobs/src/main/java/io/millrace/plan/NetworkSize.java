package io.millrace.plan;

import io.millrace.model.NetworkCopy;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.model.layers.FrozenParts;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;

/**
 * How large a network is, read from its configuration alone.
 *
 * @param parameters elements of the parameter vector, running statistics included
 * @param activations elements of all vertices' outputs for one example
 * @param widest elements of the largest of them
 * @param part what of it is trained
 */
public record NetworkSize(long parameters, long activations, long widest, Part part) {
  /**
   * What of a network is trained.
   *
   * @param trained elements that the optimiser moves
   * @param moving those and the running statistics that move with them: what travels
   * @param activations elements of outputs for one example that the backward pass needs
   */
  public record Part(long trained, long moving, long activations) {}

  /** The size of a network that is trained as a whole. */
  public NetworkSize(long parameters, long activations, long widest) {
    this(parameters, activations, widest, new Part(parameters, parameters, activations));
  }

  /** Whether something in it is frozen. */
  public boolean isPart() {
    return part.moving() < parameters;
  }

  /** The size of {@code network} for images of this shape. */
  public static NetworkSize of(
      ComputationGraphConfiguration network, int height, int width, int channels) {
    Map<String, InputType> outputs =
        NetworkCopy.of(network) // which DL4J adapts to the images
            .getLayerActivationTypes(InputType.convolutional(height, width, channels));
    LongSummaryStatistics activations =
        outputs.values().stream().mapToLong(InputType::arrayElementsPerExample).summaryStatistics();
    long parameters = 0;
    for (GraphVertex vertex : network.getVertices().values()) {
      if (vertex instanceof LayerVertex layer) {
        NeuralNetConfiguration conf = layer.getLayerConf();
        parameters += conf.getLayer().initializer().numParams(conf);
      }
    }
    return new NetworkSize(parameters, activations.getSum(), activations.getMax());
  }

  /** The same where only some parameters move. */
  public static NetworkSize of(
      ComputationGraphConfiguration network,
      int height,
      int width,
      int channels,
      ParameterLayout layout,
      Predicate<ParameterSlot> moves) {
    NetworkSize whole = of(network, height, width, channels);
    Set<String> live = FrozenParts.of(layout, moves).live(network.getVertexInputs());
    long activations =
        NetworkCopy.of(network)
            .getLayerActivationTypes(InputType.convolutional(height, width, channels))
            .entrySet()
            .stream()
            .filter(each -> live.contains(each.getKey()))
            .mapToLong(each -> each.getValue().arrayElementsPerExample())
            .sum();
    Part part =
        new Part(
            elements(layout, slot -> slot.trained() && moves.test(slot)),
            elements(layout, moves),
            activations);
    return new NetworkSize(whole.parameters(), whole.activations(), whole.widest(), part);
  }

  private static long elements(ParameterLayout layout, Predicate<ParameterSlot> which) {
    return layout.slots().stream().filter(which).mapToLong(ParameterSlot::length).sum();
  }
}
