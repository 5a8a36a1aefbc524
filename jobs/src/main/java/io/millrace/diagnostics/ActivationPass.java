package io.millrace.diagnostics;

import io.millrace.backend.HostAccess;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.function.BiConsumer;
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

  /**
   * Adds the output of a vertex to its sums. Channels are the second axis; whatever comes behind it
   * are positions.
   */
  public static void add(String vertex, INDArray output, Map<String, ChannelSums> sums) {
    ChannelSums to = sums.computeIfAbsent(vertex, any -> new ChannelSums((int) output.size(1)));
    INDArray rows = output.rank() == 4 ? output.permute(0, 2, 3, 1) : output;
    boolean lastIsFastest = rows.rank() == 2 || isContiguous(rows);
    INDArray array = rows.rank() == 2 || lastIsFastest ? rows : output;
    if (!isContiguous(array)) {
      array = array.dup('c');
    }
    try (HostAccess access = HostAccess.reading(array)) {
      FloatBuffer values = access.floats();
      if (lastIsFastest) {
        to.addRows(values);
      } else {
        to.addPlanes(values, (int) (output.length() / output.size(0) / output.size(1)));
      }
    }
  }

  private static boolean isContiguous(INDArray array) {
    long expected = 1;
    for (int i = array.rank() - 1; i >= 0; i--) {
      if (array.size(i) != 1 && array.stride(i) != expected) {
        return false;
      }
      expected *= array.size(i);
    }
    return true;
  }
}
