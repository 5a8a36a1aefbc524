package io.millrace.model.layers;

import java.util.Arrays;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.BaseOutputLayer;
import org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.memory.MemoryWorkspaceManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The native memory of networks that replicas run. */
public final class NativeMemory {
  private NativeMemory() {}

  /**
   * Gives back what a network and the thread that ran it have: parameters, gradients, state of the
   * updater, the memory of kernels, workspaces. To be called on that thread; neither is of use
   * afterwards but the thread, which may run another network. Not by the network's own {@code
   * close}, which closes the same and then asks twice for a collection of the whole heap: with
   * Spark's in it, a tenth of a second each, for every network that a task or a command has read.
   */
  public static void free(Model network) {
    freeUnrun(network);
    if (OneDnn.isAvailable()) {
      Scratchpad.release();
    }
    freeWorkspaces(network);
  }

  /**
   * Gives back what a network has that no pass has run on: one that was made to be asked, or to
   * hold weights. Whatever its layers, nothing of it is left to the collector, which {@link #free}
   * calls after passes on those of DL4J, and the workspaces of the thread are not its own.
   */
  public static void freeUnrun(Model network) {
    if (network instanceof ComputationGraph graph) {
      Arrays.stream(graph.getLayers()).forEach(Layer::close);
    }
    close(network.params());
    close(network.getGradientsViewArray());
    close(stateOfUpdater(network));
  }

  /**
   * Gives back what passes of a network have left on this thread. ND4J's own call for all
   * workspaces of a thread asks for a collection of the whole heap each time, which lasts longer
   * than the passes of many a task; here only where layers need it.
   */
  public static void freeWorkspaces(Model network) {
    MemoryWorkspaceManager workspaces = Nd4j.getWorkspaceManager();
    workspaces.getAllWorkspacesForCurrentThread().forEach(workspaces::destroyWorkspace);
    if (leavesMemoryToTheCollector(network)) {
      Nd4j.getMemoryManager().invokeGc();
    }
  }

  /** The whole buffer: of parameters a network gives only a view; a part of another's stays. */
  private static void close(INDArray array) {
    if (array == null || array.isEmpty()) {
      return;
    }
    DataBuffer own = array.data();
    DataBuffer whole = own.originalDataBuffer() == null ? own : own.originalDataBuffer();
    if (whole.length() == array.length() && whole.closeable()) {
      whole.close();
    }
  }

  /** Null where the network has none, as those have that never trained by DL4J's rule. */
  private static INDArray stateOfUpdater(Model network) {
    if (network instanceof ComputationGraph graph) {
      return graph.getUpdater(false) == null ? null : graph.getUpdater(false).getStateViewArray();
    }
    Updater updater = network instanceof MultiLayerNetwork net ? net.getUpdater(false) : null;
    return updater == null ? null : updater.getStateViewArray();
  }

  /**
   * Layers of DL4J do, with what their operations allocate beside workspaces, but for the dense.
   */
  private static boolean leavesMemoryToTheCollector(Model network) {
    return !(network instanceof ComputationGraph graph)
        || !Arrays.stream(graph.getLayers())
            .allMatch(
                layer ->
                    layer.getClass().getPackage() == NativeMemory.class.getPackage()
                        || layer instanceof DenseLayer
                        || layer instanceof BaseOutputLayer<?>);
  }
}
