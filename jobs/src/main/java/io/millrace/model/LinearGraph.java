package io.millrace.model;

import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;

/** A stack of layers as a graph, with the same parameters in the same order. */
public final class LinearGraph {
  private LinearGraph() {}

  /** The graph of a {@code MultiLayerNetwork}; its vertices are called 0, 1, 2 and so on. */
  public static ComputationGraphConfiguration of(MultiLayerConfiguration stack) {
    MultiLayerConfiguration copy = stack.clone();
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .seed(copy.getConf(0).getSeed())
            .dataType(copy.getDataType())
            .graphBuilder()
            .addInputs(ResidualGraph.INPUT)
            .backpropType(copy.getBackpropType())
            .tBPTTForwardLength(copy.getTbpttFwdLength())
            .tBPTTBackwardLength(copy.getTbpttBackLength());
    String top = ResidualGraph.INPUT;
    List<NeuralNetConfiguration> layers = copy.getConfs();
    for (int i = 0; i < layers.size(); i++) {
      graph.addLayer(
          Integer.toString(i), layers.get(i).getLayer(), copy.getInputPreProcess(i), top);
      top = Integer.toString(i);
    }
    ComputationGraphConfiguration configuration = graph.setOutputs(top).build();
    configuration.setTrainingWorkspaceMode(copy.getTrainingWorkspaceMode());
    configuration.setInferenceWorkspaceMode(copy.getInferenceWorkspaceMode());
    configuration.setIterationCount(copy.getIterationCount());
    configuration.setEpochCount(copy.getEpochCount());
    return configuration;
  }
}
