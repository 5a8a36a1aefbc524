package io.millrace.training;

import io.millrace.model.ParameterRole;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * The training rules that a network's configuration carries itself. DL4J's own updater follows
 * them; a recipe takes the updater's place and would leave them out, so under a recipe they are
 * refused. Rules of frozen parameters have nothing to act on.
 */
final class OwnRules {
  private OwnRules() {}

  /**
   * Refuses rules of the network as a whole, then those of its layers.
   *
   * @throws IllegalArgumentException naming the layer and the rule
   */
  static void refuse(Model net, Iterable<? extends Trainable> layers) {
    NeuralNetConfiguration conf = net.conf();
    if (!conf.isMiniBatch()) {
      throw refusal("the network", "miniBatch(false)");
    }
    if (!conf.isMinimize()) {
      throw refusal("the network", "minimize(false)");
    }
    OptimizationAlgorithm algorithm = conf.getOptimizationAlgo();
    if (algorithm != null && algorithm != OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT) {
      throw refusal("the network", "the optimisation algorithm " + algorithm);
    }
    layers.forEach(OwnRules::refuse);
  }

  private static void refuse(Trainable layer) {
    if (layer.numParams() == 0) {
      return;
    }
    List<String> trained =
        layer.paramTable(false).keySet().stream()
            .filter(name -> !ParameterRole.isFrozen(layer, name))
            .toList();
    if (trained.isEmpty()) {
      return;
    }
    for (String name : trained) {
      List<Regularization> rules = layer.getConfig().getRegularizationByParam(name);
      for (Regularization rule : rules == null ? List.<Regularization>of() : rules) {
        if (acts(rule)) {
          throw refusal(nameOf(layer), rule + " of its " + name);
        }
      }
    }
    GradientNormalization clipping = layer.getConfig().getGradientNormalization();
    if (clipping != null && clipping != GradientNormalization.None) {
      throw refusal(nameOf(layer), "gradient normalisation " + clipping);
    }
    List<LayerConstraint> constraints = constraints(layer);
    if (constraints != null && !constraints.isEmpty()) {
      throw refusal(nameOf(layer), "constraint " + constraints.get(0));
    }
  }

  private static boolean acts(Regularization rule) {
    ISchedule strength = null;
    if (rule instanceof L1Regularization l1) {
      strength = l1.getL1();
    } else if (rule instanceof L2Regularization l2) {
      strength = l2.getL2();
    } else if (rule instanceof WeightDecay decay) {
      strength = decay.getCoeff();
    }
    return !new FixedSchedule(0).equals(strength);
  }

  private static List<LayerConstraint> constraints(Trainable owner) {
    if (owner instanceof GraphVertex vertex) {
      return vertex.hasLayer() ? constraints(vertex.getLayer()) : null;
    }
    return owner instanceof Layer layer ? layer.conf().getLayer().getConstraints() : null;
  }

  private static String nameOf(Trainable owner) {
    String name =
        owner instanceof GraphVertex vertex
            ? vertex.getVertexName()
            : owner.getConfig().getLayerName();
    return "layer " + (name == null && owner instanceof Layer layer ? layer.getIndex() : name);
  }

  private static IllegalArgumentException refusal(String who, String rule) {
    return new IllegalArgumentException(
        "Cannot train by a recipe: %s asks for %s (take that out of the configuration, or let the"
                .formatted(who, rule)
            + " network's own updater train it)");
  }
}
