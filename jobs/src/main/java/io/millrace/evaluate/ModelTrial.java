package io.millrace.evaluate;

import io.millrace.model.ModelInput;
import io.millrace.model.NetworkCopy;
import io.millrace.model.layers.NativeMemory;
import io.millrace.wire.WeightVector;
import java.util.Locale;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A model that anybody may have made, tried on one image before any task starts: what does not go
 * is one line then. Lives on the driver.
 */
public final class ModelTrial {
  private static final double TOLERANCE = 1e-3;

  private ModelTrial() {}

  /**
   * Tries a model.
   *
   * @param path of the model, for messages
   * @param weights its parameters
   * @return what its outputs are, for people, if they are no probabilities
   * @throws IllegalArgumentException in one line if it does not take an image
   */
  public static Optional<String> run(String path, EvaluatedModel model, WeightVector weights) {
    ModelInput input = model.input();
    ComputationGraph net = new ComputationGraph(NetworkCopy.of(model.network()));
    try {
      net.init();
      if (weights.length() != net.numParams()) {
        return Optional.empty(); // which evaluation refuses, whoever asks for it
      }
      weights.copyTo(net.params());
      long pixels = (long) input.channels() * input.height() * input.width();
      INDArray image =
          Nd4j.linspace(DataType.FLOAT, -1, 2.0 / pixels, pixels)
              .reshape(1, input.channels(), input.height(), input.width());
      return notProbabilities(net.outputSingle(image));
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "Cannot evaluate %s: its network does not take images of %d x %d x %d (height x width x channels): %s"
              .formatted(
                  path,
                  input.height(),
                  input.width(),
                  input.channels(),
                  String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString())),
          e);
    } finally {
      NativeMemory.free(net);
    }
  }

  private static Optional<String> notProbabilities(INDArray outputs) {
    double least = outputs.minNumber().doubleValue();
    double sum = outputs.sumNumber().doubleValue();
    return least >= 0 && Math.abs(sum - 1) <= TOLERANCE
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "no probabilities (of one image %.3g and more, %.3g in sum): the largest decides,"
                    + " and the loss is no cross entropy",
                least,
                sum));
  }
}
