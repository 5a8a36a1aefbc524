package io.millrace.model.layers;

import io.millrace.model.LinearGraph;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;

/** Puts native layers into a network where it can; the numbers stay those of the stock one. */
public final class NativePass {
  private NativePass() {}

  /** The network that a replica runs in place of {@code canonical}, which is left as it is. */
  public static AcceleratedNetwork accelerate(ComputationGraphConfiguration canonical) {
    return stock(canonical);
  }

  /** The same for a stack of layers, which becomes a graph. */
  public static AcceleratedNetwork accelerate(MultiLayerConfiguration canonical) {
    return accelerate(LinearGraph.of(canonical));
  }

  /** The network as it is, on DL4J's own layers. */
  public static AcceleratedNetwork stock(ComputationGraphConfiguration canonical) {
    List<LayerPath> paths = new ArrayList<>();
    canonical
        .getVertices()
        .keySet()
        .forEach(name -> paths.add(new LayerPath(name, LayerPath.STOCK)));
    return new AcceleratedNetwork(canonical, canonical.clone(), paths);
  }
}
