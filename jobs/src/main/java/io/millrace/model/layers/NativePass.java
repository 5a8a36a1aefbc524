package io.millrace.model.layers;

import io.millrace.backend.ArrayMemory;
import io.millrace.model.LinearGraph;
import io.millrace.model.NetworkCopy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.nd4j.linalg.api.buffer.DataType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts native layers into a network where it can; the numbers stay those of the stock one. Dense
 * and output layers stay DL4J's: they are one matrix product each way, into place, and less than a
 * hundredth of a residual network's update.
 */
public final class NativePass {
  private static final Logger LOG = LoggerFactory.getLogger(NativePass.class);

  private final ArrayMemory memory;
  private final GraphRewrite graph;

  private NativePass(ComputationGraphConfiguration canonical, ArrayMemory memory) {
    this.memory = memory;
    graph = new GraphRewrite(canonical);
  }

  /** The network that a replica runs in place of {@code canonical}, which is left as it is. */
  public static AcceleratedNetwork network(ComputationGraphConfiguration canonical, FastPath path) {
    return path == FastPath.FALSE ? stock(canonical) : accelerate(canonical, path.memory());
  }

  /**
   * The same for a stack of layers, which becomes a graph; empty where it should stay a stack:
   * where it would gain nothing, and where layers that are not frozen stand below a frozen one,
   * since DL4J's stacks end the backward pass there and its graphs fail.
   */
  public static Optional<AcceleratedNetwork> network(
      MultiLayerConfiguration canonical, FastPath path) {
    List<Boolean> frozen =
        canonical.getConfs().stream().map(conf -> conf.getLayer() instanceof FrozenLayer).toList();
    boolean cut = frozen.contains(false) && frozen.lastIndexOf(true) > frozen.indexOf(false);
    return path == FastPath.FALSE || cut
        ? Optional.empty()
        : Optional.of(accelerate(LinearGraph.of(canonical), path.memory()))
            .filter(fast -> !fast.isStock());
  }

  /** A network on native layers where this JVM's backend has its arrays. */
  public static AcceleratedNetwork accelerate(ComputationGraphConfiguration canonical) {
    return accelerate(canonical, ArrayMemory.here());
  }

  /** The same, on layers for arrays that lie in this memory; those for DEVICE work anywhere. */
  static AcceleratedNetwork accelerate(
      ComputationGraphConfiguration canonical, ArrayMemory memory) {
    if (canonical.getDataType() != DataType.FLOAT) {
      LOG.warn(
          "Native layers are off: they serve FLOAT, the network is {}", canonical.getDataType());
      return stock(canonical);
    }
    NativePass pass = new NativePass(canonical, memory);
    List.copyOf(canonical.getVertices().keySet()).forEach(pass::visit);
    pass.graph.directGradients();
    AcceleratedNetwork accelerated =
        new AcceleratedNetwork(canonical, pass.graph.configuration(), pass.graph.paths());
    LOG.debug("Layers: {}", accelerated.paths());
    return accelerated;
  }

  /** A stack of layers likewise, see {@link #network}. */
  public static Optional<AcceleratedNetwork> accelerate(MultiLayerConfiguration canonical) {
    return network(canonical, FastPath.TRUE);
  }

  /** The network as it is, on DL4J's own layers. */
  public static AcceleratedNetwork stock(ComputationGraphConfiguration canonical) {
    List<LayerPath> paths = new ArrayList<>();
    canonical.getVertices().forEach((name, vertex) -> paths.add(LayerPath.stock(name, vertex)));
    return new AcceleratedNetwork(canonical, NetworkCopy.of(canonical), paths);
  }

  private void visit(String name) {
    GraphVertex vertex = graph.vertex(name);
    if (vertex == null || graph.written().hasWrittenInput(name)) {
      return;
    }
    if (vertex instanceof LayerVertex layer) {
      visitLayer(name, layer);
    }
    if (memory == ArrayMemory.HOST) {
      graph.inputFormat(name).ifPresent(format -> visitOnImages(name, vertex, format));
    }
  }

  private void visitLayer(String name, LayerVertex vertex) {
    Layer layer = vertex.getLayerConf().getLayer();
    if (NativeSettings.servesConvolution(layer, memory)) {
      boolean written = graph.written().hasWrittenOutput(name);
      ArrayMemory arrays = memory; // makers are copied with the configuration, this pass is not
      graph.replace(
          name,
          new NativeLayer(
              vertex,
              (conf, type, gradients) ->
                  new NativeConvolutionLayer(conf, type, gradients, written, arrays)),
          layer instanceof DepthwiseConvolution2D
              ? "native depthwise convolution"
              : "native convolution");
    } else if (memory == ArrayMemory.HOST && NativeSettings.servesPooling(layer)) {
      graph.replace(name, new NativeLayer(vertex, NativePoolingLayer::new), "native pooling");
    }
  }

  /** What has to know that its inputs are images, and of which format. */
  private void visitOnImages(String name, GraphVertex vertex, CNN2DFormat format) {
    if (vertex.getClass() == ElementWiseVertex.class
        && ((ElementWiseVertex) vertex).getOp() == ElementWiseVertex.Op.Add) {
      Optional<String> relu = graph.fuseRelu(name);
      boolean written = graph.written().hasWrittenOutput(relu.orElse(name));
      graph.replace(
          name,
          new NativeSum(format, relu.isPresent(), written),
          relu.isPresent() ? "native add + relu" : "native add");
    } else if (graph.isRelu(name)) {
      boolean written = graph.written().hasWrittenOutput(name);
      graph.replace(name, new NativeSum(format, true, written), "native relu");
    } else if (vertex instanceof LayerVertex node) {
      Layer layer = node.getLayerConf().getLayer();
      if (NativeSettings.servesBatchNorm(layer)) {
        visitBatchNorm(name, node);
      } else if (NativeSettings.servesGlobalPooling(layer, format)) {
        graph.replace(
            name,
            new NativeLayer(
                node,
                (conf, type, gradients) ->
                    new NativeGlobalPoolingLayer(conf, type, gradients, format)),
            "native global pooling");
      }
    }
  }

  private void visitBatchNorm(String name, LayerVertex vertex) {
    boolean relu = graph.fuseRelu(name).isPresent();
    graph.replace(
        name,
        new NativeLayer(
            vertex,
            (conf, type, gradients) -> new NativeBatchNormLayer(conf, type, gradients, relu)),
        relu ? "native batch norm + relu" : "native batch norm");
  }
}
