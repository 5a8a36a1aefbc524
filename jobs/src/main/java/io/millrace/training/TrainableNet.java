package io.millrace.training;

import io.millrace.backend.ArrayMemory;
import io.millrace.model.NetworkCopy;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.model.ParameterSlot.Kind;
import io.millrace.recipe.UpdateRule;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.updater.UpdaterBlock.ParamState;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** A DL4J network of either kind, as the trainer sees it: flat vectors, counters, one update. */
final class TrainableNet {
  private final Model net;
  private final BaseMultiLayerUpdater<?> updater;

  TrainableNet(ComputationGraph graph) {
    this(graph, graph.getUpdater());
  }

  TrainableNet(MultiLayerNetwork layers) {
    this(layers, (BaseMultiLayerUpdater<?>) layers.getUpdater());
  }

  private TrainableNet(Model net, BaseMultiLayerUpdater<?> updater) {
    this.net = net;
    this.updater = updater;
  }

  /** The network itself. */
  Model model() {
    return net;
  }

  /** The configuration as JSON, with its counters at 0. */
  String configuration() {
    if (net instanceof ComputationGraph graph) {
      ComputationGraphConfiguration conf = NetworkCopy.of(graph.getConfiguration());
      conf.setIterationCount(0);
      conf.setEpochCount(0);
      return conf.toJson();
    }
    MultiLayerConfiguration conf = ((MultiLayerNetwork) net).getLayerWiseConfigurations().clone();
    conf.setIterationCount(0);
    conf.setEpochCount(0);
    return conf.toJson();
  }

  /** Flat parameters. */
  INDArray weights() {
    return net.params();
  }

  /** Flat state of the net's own updater; null for one without state. */
  INDArray updaterState() {
    return updater.getStateViewArray();
  }

  /** Where each parameter lies in {@link #weights}. */
  ParameterLayout layout() {
    List<ParameterSlot> slots = new ArrayList<>();
    for (UpdaterBlock block : updater.getUpdaterBlocks()) {
      for (ParamState parameter : block.getLayersAndVariablesInBlock()) {
        slots.add(slot(parameter, "", parameter.getParamOffsetStart()));
      }
    }
    return new ParameterLayout(slots);
  }

  /**
   * Where the state of each parameter lies in {@link #updaterState}. DL4J keeps the state of a
   * block of equally treated parameters together: all first moments, then all second ones.
   */
  ParameterLayout stateLayout() {
    List<ParameterSlot> slots = new ArrayList<>();
    for (UpdaterBlock block : updater.getUpdaterBlocks()) {
      long parameters = (long) block.getParamOffsetEnd() - block.getParamOffsetStart();
      long state = (long) block.getUpdaterViewOffsetEnd() - block.getUpdaterViewOffsetStart();
      for (long moment = 0; parameters > 0 && moment < state / parameters; moment++) {
        long shift =
            block.getUpdaterViewOffsetStart() + moment * parameters - block.getParamOffsetStart();
        for (ParamState parameter : block.getLayersAndVariablesInBlock()) {
          slots.add(slot(parameter, "#" + moment, parameter.getParamOffsetStart() + shift));
        }
      }
    }
    return new ParameterLayout(slots);
  }

  /** The running statistics of all batch norms. */
  List<BatchStatistics> statistics() {
    List<BatchStatistics> statistics = new ArrayList<>();
    for (UpdaterBlock block : updater.getUpdaterBlocks()) {
      for (ParamState parameter : block.getLayersAndVariablesInBlock()) {
        if (kind(parameter) == Kind.MEAN) {
          statistics.add(statistics(parameter));
        }
      }
    }
    return statistics;
  }

  /** Updates done, counted globally. */
  long update() {
    return net instanceof ComputationGraph graph
        ? graph.getIterationCount()
        : ((MultiLayerNetwork) net).getIterationCount();
  }

  /** Epochs done. */
  int epoch() {
    return net instanceof ComputationGraph graph
        ? graph.getEpochCount()
        : ((MultiLayerNetwork) net).getEpochCount();
  }

  /** Sets the counters that schedules depend on. */
  void count(long update, int epoch) {
    int iteration = Math.toIntExact(update);
    if (net instanceof ComputationGraph graph) {
      graph.getConfiguration().setIterationCount(iteration);
      graph.getConfiguration().setEpochCount(epoch);
    } else {
      ((MultiLayerNetwork) net).setIterationCount(iteration);
      ((MultiLayerNetwork) net).setEpochCount(epoch);
    }
  }

  /** One update by the net's own updater; returns the loss without L2, summed over the examples. */
  double fit(DataSet minibatch) {
    double penalty;
    if (net instanceof ComputationGraph graph) {
      penalty = graph.calcRegularizationScore(true);
      graph.fit(minibatch);
    } else {
      penalty = ((MultiLayerNetwork) net).calcRegularizationScore(true);
      ((MultiLayerNetwork) net).fit(minibatch);
    }
    return (net.score() - penalty) * examples(minibatch);
  }

  /** One update by a recipe; returns the loss without L2, summed over the examples. */
  double fit(
      DataSet minibatch,
      UpdateRule rule,
      ArrayMemory memory,
      ParameterLayout layout,
      INDArray state,
      long update) {
    double penalty;
    if (net instanceof ComputationGraph graph) {
      graph.setInputs(minibatch.getFeatures());
      graph.setLabels(minibatch.getLabels());
      graph.computeGradientAndScore();
      penalty = graph.calcRegularizationScore(true);
    } else {
      MultiLayerNetwork layers = (MultiLayerNetwork) net;
      layers.setInput(minibatch.getFeatures());
      layers.setLabels(minibatch.getLabels());
      layers.computeGradientAndScore();
      penalty = layers.calcRegularizationScore(true);
    }
    rule.apply(
        memory,
        layout,
        weights(),
        net.getGradientsViewArray(),
        state,
        minibatch.numExamples(),
        update);
    clearStates();
    return (net.score() - penalty) * examples(minibatch);
  }

  private void clearStates() {
    if (net instanceof ComputationGraph graph) {
      graph.clearLayersStates();
    } else {
      ((MultiLayerNetwork) net).clearLayersStates();
    }
  }

  private double examples(DataSet minibatch) {
    return net.conf().isMiniBatch() ? minibatch.numExamples() : 1;
  }

  private ParameterSlot slot(ParamState parameter, String suffix, long offset) {
    return new ParameterSlot(
        vertex(parameter.getLayer()),
        parameter.getParamName() + suffix,
        offset,
        parameter.getParamOffsetEnd() - parameter.getParamOffsetStart(),
        kind(parameter));
  }

  /** In a stack of layers its index, as in the graph that native layers turn the stack into. */
  private String vertex(Trainable owner) {
    return net instanceof MultiLayerNetwork
            && owner instanceof org.deeplearning4j.nn.api.Layer layer
        ? Integer.toString(layer.getIndex())
        : owner.getConfig().getLayerName();
  }

  private static Kind kind(ParamState parameter) {
    Trainable owner = parameter.getLayer();
    String name = parameter.getParamName();
    if (owner.getConfig() instanceof BatchNormalization) {
      return switch (name) {
        case BatchNormalizationParamInitializer.GAMMA -> Kind.GAMMA;
        case BatchNormalizationParamInitializer.BETA -> Kind.BETA;
        case BatchNormalizationParamInitializer.GLOBAL_MEAN -> Kind.MEAN;
        default -> Kind.VARIANCE;
      };
    }
    return owner.getConfig() instanceof Layer layer && layer.initializer().isBiasParam(layer, name)
        ? Kind.BIAS
        : Kind.WEIGHT;
  }

  private static BatchStatistics statistics(ParamState mean) {
    BatchNormalization conf = (BatchNormalization) mean.getLayer().getConfig();
    // DL4J's initialiser lays out gamma, beta, mean, variance in a row.
    return new BatchStatistics(
        mean.getParamOffsetStart(),
        mean.getParamOffsetEnd() - mean.getParamOffsetStart(),
        conf.getDecay(),
        conf.isUseLogStd());
  }
}
