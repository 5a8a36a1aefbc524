package io.millrace.model;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.nd4j.linalg.learning.config.IUpdater;

/** The networks a config file can name. */
public final class Architectures {
  private static final int CIFAR_WIDTH = 16;

  private Architectures() {}

  /**
   * The network that {@code model.architecture} names.
   *
   * @param updater what DL4J's own {@code fit} uses on an exported model
   */
  public static ComputationGraphConfiguration configuration(
      ModelConfig model, ImageShape shape, int classes, IUpdater updater, long seed) {
    return switch (model.architecture()) {
      case CIFAR_RESNET ->
          new CifarResNet(model.depth(), CIFAR_WIDTH, model.shortcut())
              .configuration(shape, classes, updater, seed);
      case RESNET50 -> ResNet50.configuration(shape, classes, updater, seed);
    };
  }

  /**
   * The network of a DL4J configuration JSON, of a {@code ComputationGraph} or a {@code
   * MultiLayerNetwork}.
   *
   * @throws IllegalArgumentException when the text is neither
   */
  public static ComputationGraphConfiguration fromJson(String json) {
    try {
      return json.contains("\"networkInputs\"")
          ? ComputationGraphConfiguration.fromJson(json)
          : LinearGraph.of(MultiLayerConfiguration.fromJson(json));
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "Invalid model.configuration: not a DL4J network (must be the JSON of a"
              + " ComputationGraphConfiguration or MultiLayerConfiguration)",
          e);
    }
  }
}
