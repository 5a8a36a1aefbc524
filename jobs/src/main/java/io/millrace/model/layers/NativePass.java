package io.millrace.model.layers;

import io.millrace.backend.ArrayMemory;
import io.millrace.model.LinearGraph;
import io.millrace.model.NetworkCopy;
import io.millrace.model.layers.NativeLayer.Narrow;
import io.millrace.precision.Fp32;
import io.millrace.precision.Precision;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
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
  private final Numbers numbers;
  private final GraphRewrite graph;
  private final boolean fuses;
  private final Set<String> fixedNorms;

  private NativePass(
      ComputationGraphConfiguration canonical,
      ArrayMemory memory,
      Numbers numbers,
      boolean fuses,
      Set<String> fixedNorms) {
    this.fixedNorms = fixedNorms;
    this.memory = memory;
    this.fuses = fuses;
    this.numbers = numbers;
    graph = new GraphRewrite(canonical);
  }

  /** The network that a replica runs in place of {@code canonical}, which is left as it is. */
  public static AcceleratedNetwork network(ComputationGraphConfiguration canonical, FastPath path) {
    return network(canonical, path, new Fp32());
  }

  /**
   * The same in numbers of another format, where its layers can.
   *
   * @throws IllegalArgumentException where none can
   */
  public static AcceleratedNetwork network(
      ComputationGraphConfiguration canonical, FastPath path, Precision precision) {
    return path == FastPath.FALSE
        ? stock(canonical, precision)
        : accelerate(canonical, path.memory(), precision);
  }

  /**
   * The same in fp32 with every vertex of its own, so that each has its output: to look at, not to
   * train.
   */
  public static AcceleratedNetwork apart(ComputationGraphConfiguration canonical, FastPath path) {
    return path == FastPath.FALSE
        ? stock(canonical)
        : accelerate(canonical, path.memory(), new Fp32(), false);
  }

  /**
   * The same for a stack of layers, which becomes a graph; empty where it should stay a stack:
   * where it would gain nothing, and where layers that are not frozen stand below a frozen one,
   * since DL4J's stacks end the backward pass there and its graphs fail.
   */
  public static Optional<AcceleratedNetwork> network(
      MultiLayerConfiguration canonical, FastPath path) {
    return network(canonical, path, new Fp32());
  }

  /**
   * The same in numbers of another format, where its layers can.
   *
   * @throws IllegalArgumentException where none can
   */
  public static Optional<AcceleratedNetwork> network(
      MultiLayerConfiguration canonical, FastPath path, Precision precision) {
    if (path == FastPath.FALSE || endsWithin(canonical)) {
      refuse(precision);
      return Optional.empty();
    }
    return Optional.of(accelerate(LinearGraph.of(canonical), path.memory(), precision))
        .filter(fast -> !fast.isStock());
  }

  /** Whether layers that are not frozen stand below a frozen one, which no gradient reaches. */
  public static boolean endsWithin(MultiLayerConfiguration stack) {
    List<Boolean> frozen =
        stack.getConfs().stream().map(conf -> conf.getLayer() instanceof FrozenLayer).toList();
    return frozen.contains(false) && frozen.lastIndexOf(true) > frozen.indexOf(false);
  }

  /**
   * The network that a replica trains where some of it is frozen, in two.
   *
   * @throws IllegalArgumentException for a format that none of the trained layers can have
   */
  public static CutNetwork cut(
      ComputationGraphConfiguration canonical,
      FastPath path,
      Precision precision,
      FrozenParts frozen) {
    boolean stock = path == FastPath.FALSE || canonical.getDataType() != DataType.FLOAT;
    if (stock) {
      refuse(precision);
    }
    ArrayMemory memory = stock ? ArrayMemory.here() : path.memory();
    Set<String> fixed = new HashSet<>(frozen.live(canonical.getVertexInputs()));
    fixed.retainAll(frozen.fixedNorms());
    NativePass pass = new NativePass(canonical, memory, Numbers.of(precision, memory), true, fixed);
    if (!stock) {
      List.copyOf(canonical.getVertices().keySet()).forEach(pass::visit);
    }
    fixed.forEach(pass::fix);
    Set<String> live = frozen.live(pass.graph.configuration().getVertexInputs());
    Optional<AcceleratedNetwork> trunk =
        pass.graph.cutBelow(live).map(below -> pass.finished(canonical, below, precision));
    AcceleratedNetwork top = pass.finished(canonical, pass.graph, precision);
    if (top.isStock()) {
      refuse(precision);
    }
    refuseScaling(top);
    return new CutNetwork(trunk, top, top.configuration().getNetworkInputs());
  }

  private AcceleratedNetwork finished(
      ComputationGraphConfiguration canonical, GraphRewrite part, Precision precision) {
    part.directGradients(numbers);
    return new AcceleratedNetwork(canonical, part.configuration(), part.paths(), precision);
  }

  /** A frozen batch norm that no native one serves. */
  private void fix(String name) {
    GraphVertex vertex = graph.vertex(name);
    if (vertex instanceof LayerVertex layer && !(vertex instanceof NativeLayer)) {
      graph.replace(
          name,
          new NativeLayer(
              layer, Narrow.NEITHER, (conf, type, gradients) -> new FixedNormLayer(conf, type)),
          "frozen batch norm");
    }
  }

  /** Whether kernels compute in this format here, and nothing is rounded around those of fp32. */
  public static boolean isNative(FastPath path, Precision precision) {
    return path != FastPath.FALSE && Numbers.isNative(precision, path.memory());
  }

  private static AcceleratedNetwork stock(
      ComputationGraphConfiguration canonical, Precision precision) {
    refuse(precision);
    return stock(canonical);
  }

  /** Refuses a format whose loss has to be scaled, where no layer does that. */
  private static void refuseScaling(AcceleratedNetwork network) {
    boolean scales =
        network.configuration().getNetworkOutputs().stream()
            .map(network.configuration().getVertices()::get)
            .allMatch(vertex -> vertex instanceof NativeLayer);
    if (network.precision().scaling().isPresent() && !scales) {
      throw new IllegalArgumentException(
          "Invalid precision: %s (must be fp32 or bf16 for a network that ends in %s, where the loss cannot be scaled)"
              .formatted(
                  network.precision().word(), network.configuration().getNetworkOutputs().get(0)));
    }
  }

  private static void refuse(Precision precision) {
    if (!precision.isFull()) {
      throw new IllegalArgumentException(
          "Invalid precision: %s (must be fp32 on DL4J's own layers)".formatted(precision.word()));
    }
  }

  /** A network on native layers where this JVM's backend has its arrays. */
  public static AcceleratedNetwork accelerate(ComputationGraphConfiguration canonical) {
    return accelerate(canonical, ArrayMemory.here());
  }

  /** The same, on layers for arrays that lie in this memory; those for DEVICE work anywhere. */
  static AcceleratedNetwork accelerate(
      ComputationGraphConfiguration canonical, ArrayMemory memory) {
    return accelerate(canonical, memory, new Fp32());
  }

  /** The same in numbers of another format, where layers can. */
  static AcceleratedNetwork accelerate(
      ComputationGraphConfiguration canonical, ArrayMemory memory, Precision precision) {
    return accelerate(canonical, memory, precision, true);
  }

  private static AcceleratedNetwork accelerate(
      ComputationGraphConfiguration canonical,
      ArrayMemory memory,
      Precision precision,
      boolean fuses) {
    if (canonical.getDataType() != DataType.FLOAT) {
      LOG.warn(
          "Native layers are off: they serve FLOAT, the network is {}", canonical.getDataType());
      return stock(canonical, precision);
    }
    NativePass pass =
        new NativePass(canonical, memory, Numbers.of(precision, memory), fuses, Set.of());
    List.copyOf(canonical.getVertices().keySet()).forEach(pass::visit);
    pass.graph.directGradients(pass.numbers);
    AcceleratedNetwork accelerated =
        new AcceleratedNetwork(
            canonical, pass.graph.configuration(), pass.graph.paths(), precision);
    if (accelerated.isStock()) {
      refuse(precision);
    }
    refuseScaling(accelerated);
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
    return new AcceleratedNetwork(canonical, NetworkCopy.of(canonical), paths, new Fp32());
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
              narrow((ConvolutionLayer) layer),
              (conf, type, gradients) ->
                  new NativeConvolutionLayer(conf, type, gradients, written, arrays)),
          layer instanceof DepthwiseConvolution2D
              ? "native depthwise convolution"
              : "native convolution");
    } else if (memory == ArrayMemory.HOST && NativeSettings.servesPooling(layer)) {
      graph.replace(
          name,
          new NativeLayer(vertex, Narrow.IN_AND_OUT, NativePoolingLayer::new),
          "native pooling");
    } else if (!numbers.isFull() && NativeSettings.servesDense(layer)) {
      visitDense(name, vertex, layer instanceof OutputLayer);
    }
  }

  /** Activation functions are computed in fp32. */
  private static Narrow narrow(ConvolutionLayer layer) {
    return layer.getActivationFn() instanceof ActivationIdentity ? Narrow.IN_AND_OUT : Narrow.IN;
  }

  /** In single precision dense layers stay DL4J's. */
  private void visitDense(String name, LayerVertex vertex, boolean output) {
    Numbers own = numbers.around();
    graph.replace(
        name,
        new NativeLayer(
            vertex,
            Narrow.NEITHER,
            output
                ? (conf, type, gradients) -> new NarrowOutputLayer(conf, type, own)
                : (conf, type, gradients) -> new NarrowDenseLayer(conf, type, own)),
        output ? "narrow output" : "narrow dense");
  }

  /** What has to know that its inputs are images, and of which format. */
  private void visitOnImages(String name, GraphVertex vertex, CNN2DFormat format) {
    if (vertex.getClass() == ElementWiseVertex.class
        && ((ElementWiseVertex) vertex).getOp() == ElementWiseVertex.Op.Add) {
      Optional<String> relu = fuses ? graph.fuseRelu(name) : Optional.empty();
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
      } else if (NativeSettings.servesActivation(layer)) {
        graph.replace(
            name,
            new NativeLayer(
                node,
                Narrow.NEITHER,
                (conf, type, gradients) ->
                    new NativeActivationLayer(conf, type, gradients, format)),
            "native activation");
      } else if (NativeSettings.servesGlobalPooling(layer, format)) {
        graph.replace(
            name,
            new NativeLayer(
                node,
                Narrow.IN,
                (conf, type, gradients) ->
                    new NativeGlobalPoolingLayer(conf, type, gradients, format)),
            "native global pooling");
      }
    }
  }

  private void visitBatchNorm(String name, LayerVertex vertex) {
    boolean relu = fuses && graph.fuseRelu(name).isPresent();
    if (fixedNorms.contains(name)) {
      graph.replace(
          name,
          new NativeLayer(
              vertex,
              Narrow.NEITHER,
              (conf, type, gradients) ->
                  new NativeBatchNormLayer(conf, type, gradients, relu, true)),
          relu ? "native frozen batch norm + relu" : "native frozen batch norm");
      return;
    }
    graph.replace(
        name,
        new NativeLayer(
            vertex,
            Narrow.IN_AND_OUT,
            (conf, type, gradients) ->
                new NativeBatchNormLayer(conf, type, gradients, relu, false)),
        relu ? "native batch norm + relu" : "native batch norm");
  }
}
