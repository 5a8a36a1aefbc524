package io.millrace.model;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;

/**
 * A stack of layers as a graph, with the same parameters in the same order and every setting kept:
 * those of each layer stay with it, those of the stack become the graph's, and what DL4J asks the
 * first layer of a stack for, such as the optimisation algorithm, becomes the graph's default.
 * Nothing is validated that the stack did not ask for.
 */
public final class LinearGraph {
  /** The input of a graph that we make. */
  public static final String INPUT = "image";

  private LinearGraph() {}

  /** The graph of a {@code MultiLayerNetwork}; its vertices are called 0, 1, 2 and so on. */
  public static ComputationGraphConfiguration of(MultiLayerConfiguration stack) {
    MultiLayerConfiguration copy = NetworkCopy.of(stack);
    ComputationGraphConfiguration graph = new ComputationGraphConfiguration();
    graph.setDefaultConfiguration(defaults(copy));
    String top = INPUT;
    graph.setNetworkInputs(new ArrayList<>(List.of(top)));
    for (int i = 0; i < copy.getConfs().size(); i++) {
      NeuralNetConfiguration layer = copy.getConf(i);
      String name = Integer.toString(i);
      layer.getLayer().setLayerName(name);
      graph.getVertices().put(name, new LayerVertex(layer, copy.getInputPreProcess(i)));
      graph.getVertexInputs().put(name, new ArrayList<>(List.of(top)));
      top = name;
    }
    graph.setNetworkOutputs(new ArrayList<>(List.of(top)));
    graph.setBackpropType(copy.getBackpropType());
    graph.setTbpttFwdLength(copy.getTbpttFwdLength());
    graph.setTbpttBackLength(copy.getTbpttBackLength());
    graph.setValidateOutputLayerConfig(copy.isValidateOutputLayerConfig());
    graph.setTrainingWorkspaceMode(copy.getTrainingWorkspaceMode());
    graph.setInferenceWorkspaceMode(copy.getInferenceWorkspaceMode());
    graph.setCacheMode(copy.getCacheMode());
    graph.setDataType(copy.getDataType());
    graph.setIterationCount(copy.getIterationCount());
    graph.setEpochCount(copy.getEpochCount());
    return graph;
  }

  private static NeuralNetConfiguration defaults(MultiLayerConfiguration stack) {
    NeuralNetConfiguration defaults = NetworkCopy.of(stack.getConf(0));
    defaults.setLayer(null);
    defaults.setVariables(new ArrayList<>());
    return defaults;
  }
}
