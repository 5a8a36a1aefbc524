package io.millrace.model.architecture;

import io.millrace.model.WeightNames;
import io.millrace.settings.OneOf;
import java.io.IOException;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/**
 * A network that a config may name: a record whose components are its keys. Lives on the driver.
 */
@OneOf({
  CifarResNet.class,
  ResNet.class,
  ResNet50.class,
  WideResNet.class,
  MobileNetV1.class,
  Vgg.class,
  LeNet5.class,
  Dl4jNetwork.class
})
public interface Architecture {
  /** What zeroGamma is, for the table of keys. */
  String ZERO_GAMMA =
      "Start the last batch norm of each residual block at gamma 0, where no rule of init takes it.";

  /**
   * The network as a stock DL4J configuration.
   *
   * @throws IllegalArgumentException in one line, for images that are too small for it
   * @throws IOException for a file that cannot be read
   */
  ComputationGraphConfiguration configuration(NetworkPurpose purpose) throws IOException;

  /** Whether the last batch norm of each residual block starts at gamma 0. */
  default boolean zeroGamma() {
    return false;
  }

  /**
   * The key that gives a network of somebody else's, which is tried on an image before anything
   * starts; none for one of ours.
   */
  default Optional<String> foreignKey() {
    return Optional.of("model.architecture");
  }

  /**
   * What a library calls the layers of this network.
   *
   * @return the name there for each vertex that has parameters; none if the library does not have
   *     the network
   */
  default Optional<UnaryOperator<String>> layerNames(WeightNames library) {
    return Optional.empty();
  }

  /** The network in words. */
  default String words() {
    return toString();
  }
}
