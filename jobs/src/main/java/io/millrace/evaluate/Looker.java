package io.millrace.evaluate;

import io.millrace.dataset.Block;
import io.millrace.dataset.EncodedBlock;
import io.millrace.diagnostics.ActivationPass;
import io.millrace.diagnostics.ChannelSums;
import io.millrace.image.ImagePipeline;
import io.millrace.model.layers.AcceleratedNetwork;
import io.millrace.model.layers.NativeMemory;
import io.millrace.model.layers.NativePass;
import io.millrace.replica.LeasedNetwork;
import io.millrace.wire.WeightCodec;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network in inference mode whose activations are looked at. It is there only while a task looks:
 * between two looks training has its memory. Runs on executors.
 */
final class Looker implements LeasedNetwork {
  /** Activations of all vertices that a pass may have, in floats. */
  private static final long MOST = 1 << 25;

  private static final int ROWS = 64;

  private final EvaluationSpec.Network spec;
  private ComputationGraph net;
  private boolean channelsLast;

  Looker(EvaluationSpec.Network spec) {
    this.spec = spec;
  }

  /**
   * The sums of each vertex over some blocks.
   *
   * @param from the first block
   * @param to behind the last
   * @param stepped is told of each block that is done
   */
  Map<String, ChannelSums> look(
      SampleSpec sample, byte[][] weights, int from, int to, Runnable stepped) throws IOException {
    load(weights);
    Map<String, ChannelSums> sums = new LinkedHashMap<>();
    int rows = 1;
    try (ImagePipeline pipeline = sample.images().pipeline();
        InputArray input = new InputArray(sample.images(), ROWS)) {
      for (int b = from; b < to; b++) {
        Block place = sample.blocks().get(b);
        EncodedBlock block = sample.reader().read(place);
        int next;
        for (int row = 0; row < block.rows(); row = next) {
          next = Math.min(block.rows(), row + rows);
          long seen = pass(input.of(block, row, next, pipeline), sums);
          rows = (int) Math.max(1, Math.min(ROWS, MOST * (next - row) / seen));
        }
        stepped.run();
      }
    } catch (InputArray.UnreadableRowException e) {
      throw new IOException("Cannot look at an image: " + e.getMessage(), e);
    }
    return sums;
  }

  /** One pass; returns the floats of all activations. */
  private long pass(INDArray images, Map<String, ChannelSums> sums) {
    long[] seen = new long[1];
    ActivationPass.run(
        net,
        images,
        false,
        (vertex, output) -> {
          seen[0] += output.length();
          ActivationPass.add(vertex, output, channelsLast, sums);
        });
    return seen[0];
  }

  private void load(byte[][] weights) {
    ComputationGraphConfiguration canonical = ComputationGraphConfiguration.fromJson(spec.json());
    AcceleratedNetwork apart = NativePass.apart(canonical, spec.fastPath());
    net = apart.network();
    channelsLast = ActivationPass.hasChannelsLast(canonical);
    try (INDArray vector = WeightCodec.array(weights, net.numParams())) {
      apart.table(spec.layout(), net).toReplica(vector, net.params());
    }
  }

  @Override
  public void rest() {
    if (net != null) {
      NativeMemory.free(net);
      net = null;
    }
  }

  @Override
  public void close() {
    rest();
  }
}
