package io.millrace.model.layers;

import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;

/**
 * Which path one vertex of a network runs on.
 *
 * @param vertex its name in the canonical network
 * @param path what runs it, such as {@code native convolution}, {@code fused relu}, or {@code stock
 *     OutputLayer}
 */
public record LayerPath(String vertex, String path) {
  private static final String STOCK = "stock ";

  /** Whether DL4J's own layer runs it. */
  public boolean isStock() {
    return path.startsWith(STOCK);
  }

  /** That of a vertex that stays as it is. */
  static LayerPath stock(String name, GraphVertex vertex) {
    Object kind = vertex instanceof LayerVertex node ? node.getLayerConf().getLayer() : vertex;
    return new LayerPath(name, STOCK + kind.getClass().getSimpleName());
  }

  @Override
  public String toString() {
    return vertex + ": " + path;
  }
}
