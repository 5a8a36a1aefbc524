package io.millrace.diagnostics;

import io.millrace.backend.HostAccess;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.function.BiConsumer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.AllocationPolicy;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.memory.enums.ResetPolicy;
import org.nd4j.linalg.api.memory.enums.SpillPolicy;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A forward pass that shows what each vertex gives right after it: what comes later may write over
 * it, as DL4J's own layers do in inference. One call at a time on a thread.
 */
public final class ActivationPass {
  private static final String WORKSPACE = "DIAGNOSTICS";
  private static final WorkspaceConfiguration MEMORY =
      WorkspaceConfiguration.builder()
          .initialSize(0)
          .overallocationLimit(0.05)
          .policyLearning(LearningPolicy.FIRST_LOOP)
          .policyReset(ResetPolicy.BLOCK_LEFT)
          .policySpill(SpillPolicy.REALLOCATE)
          .policyAllocation(AllocationPolicy.OVERALLOCATE)
          .build();

  private ActivationPass() {}

  /**
   * Runs a network of one input.
   *
   * @param input [N, C, H, W], or [N, F]
   * @param training whether batch norms take the statistics of the minibatch
   * @param seen is given each vertex and its output, which is only there until it returns
   */
  public static void run(
      ComputationGraph net, INDArray input, boolean training, BiConsumer<String, INDArray> seen) {
    LayerWorkspaceMgr memory =
        LayerWorkspaceMgr.builder().defaultWorkspace(WORKSPACE, MEMORY).build();
    GraphVertex[] vertices = net.getVertices();
    net.setInputs(input); // whose size preprocessors ask for
    try (MemoryWorkspace all =
        Nd4j.getWorkspaceManager().getAndActivateWorkspace(MEMORY, WORKSPACE)) {
      for (int index : net.topologicalSortOrder()) {
        GraphVertex vertex = vertices[index];
        boolean first = vertex.isInputVertex();
        INDArray output = first ? input : vertex.doForward(training, memory);
        if (!first) {
          seen.accept(vertex.getVertexName(), output);
        }
        VertexIndices[] users = vertex.getOutputVertices();
        for (VertexIndices user : users == null ? new VertexIndices[0] : users) {
          vertices[user.getVertexIndex()].setInput(user.getVertexEdgeNumber(), output, memory);
        }
      }
    } finally {
      net.clear();
    }
  }

  /** Whether the images of a network have their channels last. */
  public static boolean hasChannelsLast(ComputationGraphConfiguration canonical) {
    return canonical.getVertices().values().stream()
        .anyMatch(
            vertex ->
                vertex instanceof LayerVertex node
                    && node.getLayerConf().getLayer() instanceof ConvolutionLayer layer
                    && layer.getCnn2dDataFormat() == CNN2DFormat.NHWC);
  }

  /**
   * Adds the output of a vertex to its sums. Channels are the second axis, or the last one of
   * images; all other axes but the first are positions.
   *
   * @param channelsLast where images have their channels
   */
  public static void add(
      String vertex, INDArray output, boolean channelsLast, Map<String, ChannelSums> sums) {
    boolean image = output.rank() == 4;
    int channels = (int) output.size(image && channelsLast ? 3 : 1);
    ChannelSums to = sums.computeIfAbsent(vertex, any -> new ChannelSums(channels));
    INDArray rows = image && !channelsLast ? output.permute(0, 2, 3, 1) : output;
    boolean inRows = output.rank() == 2 || image && (channelsLast || HostAccess.isInOrder(rows));
    INDArray array = inRows ? rows : output;
    if (!HostAccess.isInOrder(array)) {
      array = array.dup('c');
    }
    try (HostAccess access = HostAccess.reading(array)) {
      FloatBuffer values = access.floats();
      if (inRows) {
        to.addRows(values);
      } else {
        to.addPlanes(values, (int) (output.length() / output.size(0) / channels));
      }
    }
  }
}
