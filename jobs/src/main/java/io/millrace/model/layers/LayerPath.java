package io.millrace.model.layers;

/**
 * Which path one vertex of a network runs on.
 *
 * @param vertex its name in the canonical network
 * @param path what runs it, such as {@code native convolution}, {@code fused into stem_bn}, or
 *     {@code stock}
 */
public record LayerPath(String vertex, String path) {
  static final String STOCK = "stock";

  /** Whether DL4J's own layer runs it. */
  public boolean isStock() {
    return path.equals(STOCK);
  }
}
