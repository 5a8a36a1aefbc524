package io.millrace.export;

import io.millrace.formats.NamedParameter;
import io.millrace.model.ImageShape;
import io.millrace.model.ModelCard;
import io.millrace.model.ModelInput;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.model.WeightNames;
import io.millrace.model.architecture.Architecture;
import io.millrace.model.architecture.NetworkPurpose;
import io.millrace.model.layers.NativeMemory;
import io.millrace.model.layers.StockNetwork;
import io.millrace.run.SavedModel;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * A model that is exported.
 *
 * @param saved the model
 * @param network its canonical network
 * @param architecture what the config calls the network
 * @param request what is asked for
 */
record ExportedModel(
    SavedModel saved,
    ComputationGraphConfiguration network,
    Architecture architecture,
    ExportRequest request) {
  /** The network with its weights, batch norms folded if asked for; to be freed. */
  ComputationGraph loaded() {
    return request.fold()
        ? StockNetwork.folded(network, saved.zip().parameters())
        : StockNetwork.of(network, saved.zip().parameters());
  }

  /**
   * What the model says of itself.
   *
   * @throws IllegalArgumentException if it says nothing
   */
  ModelCard card() throws IOException {
    saved.evaluated(); // which refuses by name
    return saved.zip().card().orElseThrow();
  }

  /** The parameters of a loaded network by these names. */
  List<NamedParameter> parameters(ComputationGraph net, WeightNames names) throws IOException {
    if (names == WeightNames.OWN) {
      return NamedParameter.own(net);
    }
    if (request.fold()) {
      throw new IllegalArgumentException(
          "Invalid --fold: it does not go with names of %s, whose modules have batch norms"
              .formatted(names.word()));
    }
    UnaryOperator<String> layers =
        architecture
            .layerNames(names)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "Invalid --names: %s (must be own: it has no %s)"
                            .formatted(names.word(), architecture.words())));
    requireArchitecture(net);
    return NamedParameter.pytorch(net, layers);
  }

  /** Names come by the config's network, which therefore has to be the model's. */
  private void requireArchitecture(ComputationGraph net) throws IOException {
    ModelInput input = card().input();
    ImageShape images = new ImageShape(input.height(), input.width(), input.channels());
    int classes = card().classes().size();
    ComputationGraph ours =
        new ComputationGraph(
            architecture.configuration(new NetworkPurpose(images, classes, new Sgd(1), 1)));
    ours.init();
    try {
      if (!lengths(ours).equals(lengths(net))) {
        throw new IllegalArgumentException(
            "Invalid model.architecture: %s (must be that of the model, %s: names go by it)"
                .formatted(architecture.words(), card().run().network()));
      }
    } finally {
      NativeMemory.freeUnrun(ours);
    }
  }

  private static Map<String, Long> lengths(ComputationGraph net) {
    return ParameterLayout.of(net).slots().stream()
        .collect(Collectors.toMap(ParameterSlot::key, ParameterSlot::length));
  }
}
