package io.millrace.run;

import io.millrace.model.ImageShape;
import io.millrace.model.NetworkCopy;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.model.StockUpdater;
import io.millrace.model.layers.FastPath;
import io.millrace.model.layers.NativeMemory;
import io.millrace.model.layers.NativePass;
import io.millrace.training.ServedNetwork;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network whose configuration somebody else wrote, made ready for the images of a run. What does
 * not go is found here, on the driver, before Spark starts.
 *
 * @param key that gives it in a config
 * @param name where its configuration lies, or what else tells which one it is
 * @param shape of the images
 * @param classes classes of the labels
 */
record GivenNetwork(String key, String name, ImageShape shape, int classes) {
  private static final Logger LOG = LoggerFactory.getLogger(GivenNetwork.class);

  /** Examples that the network is tried on. */
  private static final int EXAMPLES = 2;

  /**
   * The configuration with preprocessors for images where DL4J would put them, and with {@code
   * updater} in the place of its own.
   *
   * @throws IllegalArgumentException in one line, for a network that cannot be trained on the
   *     images
   */
  ComputationGraphConfiguration prepared(
      ComputationGraphConfiguration given, IUpdater updater, FastPath path) {
    ComputationGraphConfiguration prepared = NetworkCopy.of(given);
    try {
      ServedNetwork.check(prepared);
      addPreprocessors(prepared);
      ComputationGraph net = NativePass.stock(prepared).network();
      ServedNetwork.check(net, true);
      sayWhoseUpdater(net, updater);
      NativeMemory.freeUnrun(net);
      StockUpdater.set(prepared, updater);
      tryOnImages(NativePass.network(prepared, path).network());
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "Invalid %s: %s (must be a network for images of %d x %d x %d and %d"
                  .formatted(key, name, shape.height(), shape.width(), shape.channels(), classes)
              + " classes): "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString()),
          e);
    }
    return prepared;
  }

  /** Takes the preprocessors alone from DL4J, which would also adapt the layers to the images. */
  private void addPreprocessors(ComputationGraphConfiguration network) {
    ComputationGraphConfiguration adapted = NetworkCopy.of(network);
    adapted.addPreProcessors(
        InputType.convolutional(shape.height(), shape.width(), shape.channels()));
    network
        .getVertices()
        .forEach(
            (name, vertex) -> {
              if (vertex instanceof LayerVertex layer && layer.getPreProcessor() == null) {
                layer.setPreProcessor(
                    ((LayerVertex) adapted.getVertices().get(name)).getPreProcessor());
              }
            });
  }

  private void sayWhoseUpdater(ComputationGraph net, IUpdater updater) {
    String others =
        ParameterLayout.of(net).slots().stream()
            .filter(ParameterSlot::trained)
            .map(slot -> net.getVertex(slot.vertex()).getConfig().getUpdaterByParam(slot.name()))
            .filter(own -> !own.equals(updater))
            .map(own -> own.getClass().getSimpleName())
            .distinct()
            .collect(Collectors.joining(", "));
    if (!others.isEmpty()) {
      LOG.info("updater        {} of {} gives way to this config's optimizer", others, name);
    }
  }

  /** One gradient, as a replica makes it. */
  private void tryOnImages(ComputationGraph net) {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, EXAMPLES, classes);
    labels.getColumn(0).assign(1);
    net.setInputs(
        Nd4j.rand(DataType.FLOAT, EXAMPLES, shape.channels(), shape.height(), shape.width()));
    net.setLabels(labels);
    try {
      net.computeGradientAndScore();
    } finally {
      NativeMemory.free(net);
    }
  }
}
