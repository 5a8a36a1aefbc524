package io.millrace.onnx;

import static io.millrace.onnx.OnnxGraph.attribute;

import io.millrace.model.layers.LayerSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/** Activation functions, as layers of their own and behind others. */
final class Activations implements LayerKind {
  /** Functions without settings that ONNX has by one operator. */
  private static final Map<Class<?>, String> OPERATORS =
      Map.of(
          ActivationTanH.class, "Tanh",
          ActivationSigmoid.class, "Sigmoid",
          ActivationSELU.class, "Selu",
          ActivationSoftPlus.class, "Softplus",
          ActivationSoftSign.class, "Softsign");

  /** The slope inside of GELU's logistic approximation. */
  private static final float GELU = 1.702f;

  private static final LayerSettings SETTINGS =
      new LayerSettings(ActivationLayer.class)
          .any("iDropout")
          .only("activationFn", Activations::serves);

  @Override
  public Optional<String> refusal(Layer layer) {
    return SETTINGS.refusal(layer);
  }

  @Override
  public String write(OnnxGraph graph, Layer layer, Place place) {
    IActivation function = ((ActivationLayer) layer).getActivationFn();
    return write(graph, function, place.input(), place.name());
  }

  /** Whether a function can be written, with the settings that it has. */
  static boolean serves(Object function) {
    if (function == null) {
      return false;
    }
    Class<?> type = function.getClass();
    if (type == ActivationReLU.class) {
      return function.equals(new ActivationReLU());
    }
    if (type == ActivationReLU6.class) {
      return function.equals(new ActivationReLU6());
    }
    return OPERATORS.containsKey(type)
        || type == ActivationIdentity.class
        || type == ActivationLReLU.class
        || type == ActivationELU.class
        || type == ActivationSwish.class
        || (type == ActivationSoftmax.class && function.equals(new ActivationSoftmax()))
        || (type == ActivationGELU.class && function.equals(new ActivationGELU(false)));
  }

  /** Writes a function that is served, and returns the tensor with its output. */
  static String write(OnnxGraph graph, IActivation function, String input, String name) {
    List<String> x = List.of(input);
    if (function instanceof ActivationIdentity) {
      return input;
    }
    if (OPERATORS.containsKey(function.getClass())) {
      return graph.node(OPERATORS.get(function.getClass()), name, x);
    }
    if (function instanceof ActivationReLU) {
      return graph.node("Relu", name, x);
    }
    if (function instanceof ActivationReLU6) {
      String low = graph.weights(name + "_low", new float[] {0});
      String high = graph.weights(name + "_high", new float[] {6});
      return graph.node("Clip", name, List.of(input, low, high));
    }
    if (function instanceof ActivationLReLU leaky) {
      return graph.node("LeakyRelu", name, x, attribute("alpha", (float) leaky.getAlpha()));
    }
    if (function instanceof ActivationELU elu) {
      return graph.node("Elu", name, x, attribute("alpha", (float) elu.getAlpha()));
    }
    if (function instanceof ActivationSoftmax) {
      return graph.node("Softmax", name, x, attribute("axis", 1));
    }
    return function instanceof ActivationSwish
        ? gated(graph, input, input, name)
        : gated(graph, input, scaled(graph, input, name), name);
  }

  private static String scaled(OnnxGraph graph, String input, String name) {
    String slope = graph.weights(name + "_slope", new float[] {GELU});
    return graph.node("Mul", name + "_scaled", List.of(input, slope));
  }

  /** The input times the logistic function of the gate. */
  private static String gated(OnnxGraph graph, String input, String gate, String name) {
    String share = graph.node("Sigmoid", name + "_gate", List.of(gate));
    return graph.node("Mul", name, List.of(input, share));
  }
}
