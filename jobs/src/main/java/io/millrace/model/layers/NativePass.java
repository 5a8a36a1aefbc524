package io.millrace.model.layers;

import io.millrace.model.LinearGraph;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts native layers into a network where it can; the numbers stay those of the stock one. */
public final class NativePass {
  private static final Logger LOG = LoggerFactory.getLogger(NativePass.class);

  private final boolean hostMemory;
  private final GraphRewrite graph;

  private NativePass(ComputationGraphConfiguration canonical, boolean hostMemory) {
    this.hostMemory = hostMemory;
    graph = new GraphRewrite(canonical);
  }

  /** The network that a replica runs in place of {@code canonical}, which is left as it is. */
  public static AcceleratedNetwork accelerate(ComputationGraphConfiguration canonical) {
    if (canonical.getDataType() != DataType.FLOAT) {
      LOG.warn(
          "Native layers are off: they serve FLOAT, the network is {}", canonical.getDataType());
      return stock(canonical);
    }
    NativePass pass = new NativePass(canonical, onHost());
    List.copyOf(canonical.getVertices().keySet()).forEach(pass::visit);
    pass.graph.flattenGradients();
    pass.graph.stopAtInputs();
    AcceleratedNetwork accelerated =
        new AcceleratedNetwork(canonical, pass.graph.configuration(), pass.graph.paths());
    LOG.debug("Layers: {}", accelerated.summary());
    return accelerated;
  }

  /** Whether arrays lie in memory that this process can address. */
  static boolean onHost() {
    return Nd4j.getExecutioner().type() == ExecutionerType.NATIVE_CPU;
  }

  /** The same for a stack of layers, which becomes a graph. */
  public static AcceleratedNetwork accelerate(MultiLayerConfiguration canonical) {
    return accelerate(LinearGraph.of(canonical));
  }

  /** The network as it is, on DL4J's own layers. */
  public static AcceleratedNetwork stock(ComputationGraphConfiguration canonical) {
    List<LayerPath> paths = new ArrayList<>();
    canonical
        .getVertices()
        .keySet()
        .forEach(name -> paths.add(new LayerPath(name, LayerPath.STOCK)));
    return new AcceleratedNetwork(canonical, canonical.clone(), paths);
  }

  private void visit(String name) {
    GraphVertex vertex = graph.vertex(name);
    if (vertex instanceof LayerVertex layer) {
      visitLayer(name, layer.getLayerConf().getLayer());
    } else if (hostMemory
        && vertex instanceof ElementWiseVertex sum
        && sum.getOp() == ElementWiseVertex.Op.Add
        && graph.inputsAreImages(name)) {
      boolean relu = graph.fuseRelu(name);
      graph.replace(name, new NativeSum(relu), relu ? "native add + relu" : "native add");
    }
  }

  private void visitLayer(String name, org.deeplearning4j.nn.conf.layers.Layer layer) {
    if (layer.getClass() == ConvolutionLayer.class) {
      ConvolutionLayer convolution = (ConvolutionLayer) layer;
      if (NativeConvolutionLayer.serves(convolution)) {
        graph.replaceLayer(name, new NativeConvolution(convolution), "native convolution");
      }
    } else if (hostMemory
        && layer.getClass() == BatchNormalization.class
        && layer.getIDropout() == null
        && graph.inputsAreImages(name)) {
      boolean relu = graph.fuseRelu(name);
      graph.replaceLayer(
          name,
          new NativeBatchNorm((BatchNormalization) layer, relu),
          relu ? "native batch norm + relu" : "native batch norm");
    } else if (hostMemory && graph.isRelu(name) && graph.inputsAreImages(name)) {
      graph.replace(name, new NativeSum(true), "native relu");
    }
  }
}
