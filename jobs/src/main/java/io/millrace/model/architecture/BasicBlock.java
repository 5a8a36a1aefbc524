package io.millrace.model.architecture;

/** The residual branch of two 3x3 convolutions. */
final class BasicBlock {
  private BasicBlock() {}

  static String residual(StockGraph graph, String name, String input, int stride, int channels) {
    String top = graph.convolve(name + "_conv1", input, 3, stride, channels);
    return graph.convolve(name + "_conv2", graph.activate(name, "1", top), 3, 1, channels);
  }
}
