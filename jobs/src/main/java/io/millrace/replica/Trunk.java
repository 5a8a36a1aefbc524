package io.millrace.replica;

import io.millrace.model.ParameterLayout;
import io.millrace.model.layers.AcceleratedNetwork;
import io.millrace.model.layers.NativeMemory;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The part of a replica's network below the lowest layer that is trained: forward alone, in
 * inference mode, batch norms on running statistics and without dropout. On the replica's thread.
 */
final class Trunk implements AutoCloseable {
  private final ComputationGraph net;
  private final List<String> ends;
  private final List<String> between;

  /**
   * Makes the network; its weights are still to be set.
   *
   * @param between inputs of what is trained: outputs of this network, or the images
   */
  Trunk(AcceleratedNetwork trunk, List<String> between) {
    this.net = trunk.network();
    this.ends = trunk.configuration().getNetworkOutputs();
    this.between = between;
  }

  ParameterLayout layout() {
    return ParameterLayout.of(net);
  }

  /** Flat parameters; null where it has none. */
  INDArray weights() {
    return net.params();
  }

  /** The inputs of what is trained on these images, to be given to {@link #close(INDArray[])}. */
  INDArray[] outputs(INDArray images) {
    INDArray[] made = net.output(false, images);
    return between.stream()
        .map(name -> ends.contains(name) ? made[ends.indexOf(name)] : images)
        .toArray(INDArray[]::new);
  }

  /** Gives the memory of outputs back. */
  void close(INDArray[] outputs) {
    for (int i = 0; i < outputs.length; i++) {
      if (ends.contains(between.get(i)) && outputs[i].closeable()) {
        outputs[i].close();
      }
    }
  }

  /** Gives back what passes have left on this thread. */
  void rest() {
    NativeMemory.freeWorkspaces(net);
  }

  @Override
  public void close() {
    NativeMemory.free(net);
  }
}
