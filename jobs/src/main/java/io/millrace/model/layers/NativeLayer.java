package io.millrace.model.layers;

import java.io.Serializable;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A layer of a replica that native code runs; its configuration stays DL4J's. */
final class NativeLayer extends LayerVertex {
  private static final long serialVersionUID = 1L;

  /** What makes the layer that runs. */
  @FunctionalInterface
  interface Maker extends Serializable {
    Layer layer(NeuralNetConfiguration conf, DataType type, Gradients gradients);
  }

  /**
   * What becomes of the gradient of the input, and in what numbers all is computed.
   *
   * @param flat whether it is sent flat, see {@link Nhwc#sent}
   * @param wanted whether anybody needs it
   * @param numbers those of the layer
   */
  record Gradients(boolean flat, boolean wanted, Numbers numbers) implements Serializable {}

  /** Whether arrays of a narrow format may come to a layer with native kernels, and go on. */
  enum Narrow {
    NEITHER,
    IN,
    IN_AND_OUT
  }

  private final Maker maker;
  private final Narrow narrow;
  private Gradients gradients = new Gradients(false, true, Numbers.FULL);

  NativeLayer(LayerVertex stock, Narrow narrow, Maker maker) {
    this(stock.getLayerConf().clone(), stock.getPreProcessor(), narrow, maker);
  }

  private NativeLayer(
      NeuralNetConfiguration conf, InputPreProcessor preprocessor, Narrow narrow, Maker maker) {
    super(conf, preprocessor);
    this.narrow = narrow;
    this.maker = maker;
  }

  /** What it does with a narrow format; a preprocessor is none of ours. */
  Narrow narrow() {
    return getPreProcessor() == null ? narrow : Narrow.NEITHER;
  }

  void send(Gradients sent) {
    gradients = sent;
  }

  @Override
  public NativeLayer clone() {
    InputPreProcessor preprocessor = getPreProcessor();
    NativeLayer copy =
        new NativeLayer(
            getLayerConf().clone(),
            preprocessor == null ? null : preprocessor.clone(),
            narrow,
            maker);
    copy.gradients = gradients;
    return copy;
  }

  /** As each of DL4J's layer configurations does it for its own layer. */
  @Override
  public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
      ComputationGraph graph,
      String name,
      int index,
      INDArray parameters,
      boolean initialise,
      DataType type) {
    NeuralNetConfiguration conf = getLayerConf();
    Layer layer = maker.layer(conf, type, gradients);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(conf.getLayer().initializer().init(conf, parameters, initialise));
    layer.setConf(conf);
    boolean output = graph.getConfiguration().getNetworkOutputs().contains(name);
    return new org.deeplearning4j.nn.graph.vertex.impl.LayerVertex(
        graph, name, index, layer, getPreProcessor(), output, type);
  }
}
