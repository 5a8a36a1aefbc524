package io.millrace.model.layers;

import java.util.Arrays;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.factory.Nd4j;

/** The native memory of networks that replicas run. */
public final class NativeMemory {
  private NativeMemory() {}

  /**
   * Gives back what a network and the thread that ran it have: parameters, gradients, state of the
   * updater, the memory of kernels, workspaces. To be called on that thread; neither is of use
   * afterwards but the thread, which may run another network.
   */
  public static void free(Model network) {
    if (network instanceof ComputationGraph graph) {
      Arrays.stream(graph.getLayers()).forEach(Layer::close);
    }
    if (OneDnn.isAvailable()) {
      Scratchpad.release();
    }
    network.close();
    Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
  }
}
