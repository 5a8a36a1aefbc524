package io.millrace.model.layers;

import io.millrace.backend.ArrayMemory;
import io.millrace.model.LinearGraph;
import io.millrace.model.NetworkCopy;
import io.millrace.precision.Fp32;
import io.millrace.precision.Precision;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.nd4j.linalg.api.buffer.DataType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The network that a replica runs in the place of a stock one: with native layers where it can, see
 * {@link Lowering}; the numbers stay those of the stock one.
 */
public final class NativePass {
  private static final Logger LOG = LoggerFactory.getLogger(NativePass.class);

  private NativePass() {}

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
    Numbers numbers = Numbers.of(precision, memory);
    GraphRewrite graph = new GraphRewrite(canonical);
    Lowering lowering = new Lowering(graph, memory, numbers, true, fixed);
    if (!stock) {
      lowering.lower(canonical.getVertices().keySet());
    }
    lowering.fix();
    Set<String> live = frozen.live(graph.configuration().getVertexInputs());
    Optional<AcceleratedNetwork> trunk =
        graph.cutBelow(live).map(below -> finished(canonical, below, numbers, precision));
    AcceleratedNetwork top = finished(canonical, graph, numbers, precision);
    if (top.isStock()) {
      refuse(precision);
    }
    refuseScaling(top);
    return new CutNetwork(trunk, top, top.configuration().getNetworkInputs());
  }

  private static AcceleratedNetwork finished(
      ComputationGraphConfiguration canonical,
      GraphRewrite part,
      Numbers numbers,
      Precision precision) {
    part.directGradients(numbers);
    return new AcceleratedNetwork(canonical, part.configuration(), part.paths(), precision);
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
    Numbers numbers = Numbers.of(precision, memory);
    GraphRewrite graph = new GraphRewrite(canonical);
    new Lowering(graph, memory, numbers, fuses, Set.of()).lower(canonical.getVertices().keySet());
    AcceleratedNetwork accelerated = finished(canonical, graph, numbers, precision);
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
}
