package io.millrace.model;

import java.util.Optional;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;

/**
 * In which order layers see their input. Images that are flattened with channels first or last give
 * a dense layer the same number of weights in another order, which no layout of parameters tells. A
 * layer that takes its input as it comes may have got it in any order, and nothing is said of it.
 */
public final class InputOrder {
  private InputOrder() {}

  /** In words the first layer of a run that sees its input in another order, if there is one. */
  public static Optional<String> difference(
      ComputationGraphConfiguration given, ComputationGraphConfiguration run) {
    for (String name : run.getVertices().keySet()) {
      InputPreProcessor here = preprocessor(given.getVertices().get(name));
      InputPreProcessor there = preprocessor(run.getVertices().get(name));
      if (here != null && there != null && !here.equals(there)) {
        return Optional.of(
            "its layer %s sees its input as %s, the run's as %s".formatted(name, here, there));
      }
    }
    return Optional.empty();
  }

  private static InputPreProcessor preprocessor(GraphVertex vertex) {
    return vertex instanceof LayerVertex layer ? layer.getPreProcessor() : null;
  }
}
