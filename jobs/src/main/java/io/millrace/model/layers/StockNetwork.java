package io.millrace.model.layers;

import io.millrace.model.NetworkCopy;
import io.millrace.model.ParameterLayout;
import io.millrace.wire.WeightVector;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A network of stock layers with its weights; its native memory is the caller's to free. */
public final class StockNetwork {
  private StockNetwork() {}

  /**
   * The network as it is.
   *
   * @param parameters its flat parameters, [P]
   * @throws IllegalArgumentException for another number of them
   */
  public static ComputationGraph of(
      ComputationGraphConfiguration canonical, WeightVector parameters) {
    ComputationGraph net = new ComputationGraph(NetworkCopy.of(canonical));
    net.init();
    if (net.numParams() != parameters.length()) {
      long needed = net.numParams();
      NativeMemory.freeUnrun(net);
      throw new IllegalArgumentException(
          "Cannot use %,d parameters (must be the %,d of the network)"
              .formatted(parameters.length(), needed));
    }
    parameters.copyTo(net.params());
    return net;
  }

  /** The same for inference, with {@link FoldedNorms}. */
  public static ComputationGraph folded(
      ComputationGraphConfiguration canonical, WeightVector parameters) {
    ComputationGraph net = of(canonical, parameters);
    try (INDArray all = net.params().dup()) {
      FoldedNorms norms = FoldedNorms.of(canonical);
      ComputationGraph folded = new ComputationGraph(NetworkCopy.of(norms.configuration()));
      folded.init();
      norms.load(all, ParameterLayout.of(net), folded);
      return folded;
    } finally {
      NativeMemory.freeUnrun(net);
    }
  }
}
