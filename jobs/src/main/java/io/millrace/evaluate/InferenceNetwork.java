package io.millrace.evaluate;

import io.millrace.diagnostics.ActivationPass;
import io.millrace.model.ParameterLayout;
import io.millrace.model.layers.AcceleratedNetwork;
import io.millrace.model.layers.FastPath;
import io.millrace.model.layers.FoldedNorms;
import io.millrace.model.layers.FrozenParts;
import io.millrace.model.layers.NativeMemory;
import io.millrace.model.layers.NativePass;
import io.millrace.model.layers.ParameterTable;
import io.millrace.precision.Fp32;
import io.millrace.wire.WeightCodec;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network in inference mode on the layers of a replica, and whose weights it has. All calls on
 * one thread. Runs on executors.
 */
public final class InferenceNetwork implements AutoCloseable {
  private final ComputationGraph net;
  private final long parameters;
  private final Consumer<INDArray> weightsIn;
  private Object loaded;

  /**
   * Makes the network; its weights are still to be set.
   *
   * @param layout where its parameters lie in a flat vector
   * @param folds whether batch norms are folded into the layers before them
   */
  public InferenceNetwork(
      ComputationGraphConfiguration canonical,
      ParameterLayout layout,
      FastPath fastPath,
      boolean folds) {
    parameters = layout.length();
    if (folds) {
      FoldedNorms folded = FoldedNorms.of(canonical);
      net = NativePass.network(folded.configuration(), fastPath).network();
      weightsIn = weights -> folded.load(weights, layout, net);
    } else {
      AcceleratedNetwork accelerated = NativePass.network(canonical, fastPath);
      net = accelerated.network();
      ParameterTable table = accelerated.table(layout, net);
      weightsIn = weights -> table.toReplica(weights, net.params());
    }
  }

  /** What is above a trunk; the weights of the trunk are passed over. */
  private InferenceNetwork(ComputationGraph top, ParameterLayout layout) {
    net = top;
    parameters = layout.length();
    ParameterTable table = ParameterTable.ofShared(layout, ParameterLayout.of(top));
    weightsIn = weights -> table.toReplica(weights, top.params());
  }

  /**
   * What is above a frozen trunk, whose outputs it takes in the place of images.
   *
   * @param frozen what does not move, by which the network is cut
   */
  static InferenceNetwork above(
      ComputationGraphConfiguration canonical,
      ParameterLayout layout,
      FastPath fastPath,
      FrozenParts frozen) {
    return new InferenceNetwork(
        NativePass.cut(canonical, fastPath, new Fp32(), frozen).top().network(), layout);
  }

  /** Copies weights in, unless the weights of that name are in place. */
  public void load(Object name, byte[][] weights) {
    if (!name.equals(loaded)) {
      try (INDArray canonical = WeightCodec.array(weights, parameters)) {
        weightsIn.accept(canonical);
      }
      loaded = name;
    }
  }

  /**
   * What it makes of images [N, C, H, W], or of what a trunk gives, an array for each output, to be
   * closed.
   */
  public INDArray[] outputs(INDArray... inputs) {
    return net.output(false, inputs);
  }

  /**
   * The same pass, which shows what each layer makes of the images as it does so; all of that is in
   * memory at once.
   *
   * @param seen is given each layer and its output, which is only there until it returns
   */
  public void show(INDArray images, BiConsumer<String, INDArray> seen) {
    ActivationPass.run(net, images, false, seen);
  }

  /** Gives back the native memory of forward passes; the weights stay. */
  public void rest() {
    NativeMemory.freeWorkspaces(net);
  }

  @Override
  public void close() {
    NativeMemory.free(net);
  }

  boolean isClosed() {
    return net.params().wasClosed();
  }
}
