package io.millrace.replica;

import io.millrace.exchange.BatchStatistics;
import io.millrace.model.ClassOutput;
import io.millrace.model.NetworkCopy;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterRole;
import io.millrace.model.ParameterSlot.Kind;
import io.millrace.model.UpdaterLayout;
import io.millrace.model.layers.ScaledLoss;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.updater.UpdaterBlock.ParamState;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** A DL4J network of either kind, as the trainer sees it: flat vectors, counters, one update. */
public final class TrainableNet {
  private final Model net;
  private final BaseMultiLayerUpdater<?> updater;

  /** A graph, which stays the caller's. */
  public TrainableNet(ComputationGraph graph) {
    this(graph, graph.getUpdater());
  }

  /** A stack of layers, which stays the caller's. */
  public TrainableNet(MultiLayerNetwork layers) {
    this(layers, (BaseMultiLayerUpdater<?>) layers.getUpdater());
  }

  private TrainableNet(Model net, BaseMultiLayerUpdater<?> updater) {
    this.net = net;
    this.updater = updater;
  }

  /** The network itself. */
  public Model model() {
    return net;
  }

  /** The configuration as JSON, with its counters at 0. */
  public String configuration() {
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

  /** The layer that gives the classes. */
  ClassOutput output() {
    return net instanceof ComputationGraph graph
        ? ClassOutput.of(graph.getConfiguration())
        : ClassOutput.of(((MultiLayerNetwork) net).getLayerWiseConfigurations());
  }

  /** Flat parameters. */
  public INDArray weights() {
    return net.params();
  }

  /** Flat state of the net's own updater; null for one without state. */
  public INDArray updaterState() {
    return updater.getStateViewArray();
  }

  /** Where each parameter lies in {@link #weights}. */
  ParameterLayout layout() {
    return UpdaterLayout.parameters(updater);
  }

  /** Where the state of each parameter lies in {@link #updaterState}. */
  ParameterLayout stateLayout() {
    return UpdaterLayout.state(updater);
  }

  /** The running statistics of all batch norms that are not frozen. */
  List<BatchStatistics> statistics() {
    List<BatchStatistics> statistics = new ArrayList<>();
    for (UpdaterBlock block : updater.getUpdaterBlocks()) {
      for (ParamState parameter : block.getLayersAndVariablesInBlock()) {
        Trainable owner = parameter.getLayer();
        String name = parameter.getParamName();
        if (ParameterRole.kind(owner, name) == Kind.MEAN && !ParameterRole.isFrozen(owner, name)) {
          statistics.add(statistics(parameter));
        }
      }
    }
    return statistics;
  }

  /** Updates done, counted globally. */
  public long update() {
    return net instanceof ComputationGraph graph
        ? graph.getIterationCount()
        : ((MultiLayerNetwork) net).getIterationCount();
  }

  /** Epochs done. */
  public int epoch() {
    return net instanceof ComputationGraph graph
        ? graph.getEpochCount()
        : ((MultiLayerNetwork) net).getEpochCount();
  }

  /** Sets the counters that schedules depend on. */
  public void count(long update, int epoch) {
    int iteration = Math.toIntExact(update);
    if (net instanceof ComputationGraph graph) {
      graph.getConfiguration().setIterationCount(iteration);
      graph.getConfiguration().setEpochCount(epoch);
    } else {
      ((MultiLayerNetwork) net).setIterationCount(iteration);
      ((MultiLayerNetwork) net).setEpochCount(epoch);
    }
  }

  /**
   * Lets DL4J's listeners find in the network what they look for after an iteration: its score, and
   * a batch of {@code examples}, whose values are all 0.
   */
  public void show(double score, long examples) {
    INDArray batch = Nd4j.zeros(DataType.FLOAT, examples, 1);
    if (net instanceof ComputationGraph graph) {
      graph.setScore(score);
      graph.setInputs(batch);
      graph.setLabels(batch);
    } else {
      MultiLayerNetwork layers = (MultiLayerNetwork) net;
      layers.setScore(score);
      layers.setInput(batch);
      layers.setLabels(batch);
    }
  }

  /** Takes the batch away that {@link #show} put there. */
  public void hide() {
    if (net instanceof ComputationGraph graph) {
      graph.clear();
    } else {
      // Its clear() would forget the updater.
      ((MultiLayerNetwork) net).setInput(null);
      ((MultiLayerNetwork) net).setLabels(null);
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
    return (net.score() - penalty) * examples(minibatch.getLabels());
  }

  /**
   * Leaves the gradient of a minibatch in the network; returns the loss without L2, summed over the
   * examples.
   *
   * @param features one for each input of the network
   */
  double backward(INDArray[] features, INDArray labels, long update) {
    double penalty;
    count(update, epoch());
    if (net instanceof ComputationGraph graph) {
      graph.setInputs(features);
      graph.setLabels(labels);
      graph.computeGradientAndScore();
      penalty = graph.calcRegularizationScore(true);
    } else {
      MultiLayerNetwork layers = (MultiLayerNetwork) net;
      layers.setInput(features[0]);
      layers.setLabels(labels);
      layers.computeGradientAndScore();
      penalty = layers.calcRegularizationScore(true);
    }
    return (net.score() - penalty) * examples(labels);
  }

  /**
   * Sets the factor of the loss's gradient in {@link #backward}.
   *
   * @return whether there is a layer that multiplies it
   */
  boolean scaleLoss(float factor) {
    boolean scales =
        net instanceof ComputationGraph graph && graph.getOutputLayer(0) instanceof ScaledLoss;
    if (scales) {
      ((ScaledLoss) ((ComputationGraph) net).getOutputLayer(0)).scale(factor);
    }
    return scales;
  }

  /**
   * The flat gradient of {@link #backward}, summed over the examples, without L2; of a running
   * statistic its step itself.
   */
  INDArray gradient() {
    return net.getGradientsViewArray();
  }

  /** Lets go of what {@link #backward} needed. */
  void clearStates() {
    if (net instanceof ComputationGraph graph) {
      graph.clearLayersStates();
    } else {
      ((MultiLayerNetwork) net).clearLayersStates();
    }
  }

  private double examples(INDArray labels) {
    return net.conf().isMiniBatch() ? labels.size(0) : 1;
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
