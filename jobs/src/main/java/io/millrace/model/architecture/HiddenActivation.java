package io.millrace.model.architecture;

import java.util.Locale;
import java.util.function.Supplier;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/**
 * What the hidden layers of a network make of each number.
 *
 * <pre>
 * relu        max(0, x)
 * relu6       min(6, max(0, x))
 * leaky-relu  x where x &gt; 0, else x / 100
 * gelu        x / (1 + exp(-1.702 x))
 * tanh        tanh(x)
 * sigmoid     1 / (1 + exp(-x))
 * </pre>
 *
 * <p>Xavier Glorot, Antoine Bordes, Yoshua Bengio: Deep Sparse Rectifier Neural Networks (2011);
 * Alex Krizhevsky: Convolutional Deep Belief Networks on CIFAR-10 (2010), for the bound of 6;
 * Andrew Maas, Awni Hannun, Andrew Ng: Rectifier Nonlinearities Improve Neural Network Acoustic
 * Models (2013), for the leak; Dan Hendrycks, Kevin Gimpel: Gaussian Error Linear Units (2016,
 * arXiv 1606.08415). GELU is the logistic approximation of that paper, at most 0.021 from {@code x
 * * Phi(x)}, which is PyTorch's default and not among DL4J's functions; what DL4J calls the precise
 * one cubes 0.044715 too, and is further off.
 */
public enum HiddenActivation {
  RELU(ActivationReLU::new),
  RELU6(ActivationReLU6::new),
  LEAKY_RELU(ActivationLReLU::new),
  GELU(() -> new ActivationGELU(false)),
  TANH(ActivationTanH::new),
  SIGMOID(ActivationSigmoid::new);

  static final String DOC = "Activation of the hidden layers.";

  private final Supplier<IActivation> function;

  HiddenActivation(Supplier<IActivation> function) {
    this.function = function;
  }

  /** A new function of DL4J's. */
  IActivation function() {
    return function.get();
  }

  /** As part of the name of a vertex. */
  String inVertexNames() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The network in words, which names an activation that is not the usual one of its kind. */
  String after(String network, HiddenActivation usual) {
    String name = name().toLowerCase(Locale.ROOT).replace('_', '-');
    return this == usual ? network : network + ", " + name;
  }
}
