package io.millrace.model.layers;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A stock network and its accelerated twin with the same weights, held side by side. */
final class Twins {
  static final double TOLERANCE = 1e-4;

  /** The gradient of a bias before a batch norm is 0 and its computed value noise. */
  private static final double NOISE = 0.03;

  final ComputationGraph stock;
  final ComputationGraph fast;
  final List<LayerPath> paths;
  private final ParameterTable table;
  private final ParameterLayout layout;

  /** Twins with random weights. */
  Twins(ComputationGraphConfiguration configuration) {
    this(random(configuration));
  }

  Twins(ComputationGraph stock) {
    this.stock = stock;
    AcceleratedNetwork accelerated = NativePass.accelerate(stock.getConfiguration());
    paths = accelerated.paths();
    fast = accelerated.network();
    layout = ParameterLayout.of(stock);
    table = accelerated.table(layout, fast);
    table.toReplica(stock.params(), fast.params());
  }

  /** Batch norms and biases away from their trivial start. */
  private static ComputationGraph random(ComputationGraphConfiguration configuration) {
    ComputationGraph net = new ComputationGraph(configuration);
    net.init();
    for (ParameterSlot slot : ParameterLayout.of(net).slots()) {
      INDArray view = slice(net.params(), slot);
      switch (slot.kind()) {
        case GAMMA, VARIANCE -> view.assign(Nd4j.rand(new long[] {slot.length()}).addi(0.5));
        case BETA, MEAN, BIAS -> view.assign(Nd4j.randn(new long[] {slot.length()}).muli(0.3));
        case WEIGHT, CENTER -> {}
      }
    }
    return net;
  }

  /** Outputs, gradients, statistics' gradients and weights over three updates agree. */
  void agree(INDArray features, INDArray labels) {
    outputsAgree(features);
    for (int update = 0; update < 3; update++) {
      INDArray expected = step(stock, features, labels);
      INDArray found = Nd4j.create(stock.params().shape());
      table.toCanonical(step(fast, features, labels), found);
      for (ParameterSlot slot : layout.slots()) {
        close(
            slice(found, slot),
            slice(expected, slot),
            NOISE * expected.amaxNumber().doubleValue(),
            "gradient " + update + " of " + slot.vertex() + "." + slot.name());
      }
      assertThat(fast.score()).isCloseTo(stock.score(), within(stock.score()));
      descend(stock);
      descend(fast);
    }
    INDArray weights = Nd4j.create(stock.params().shape());
    table.toCanonical(fast.params(), weights);
    for (ParameterSlot slot : layout.slots()) {
      close(
          slice(weights, slot),
          slice(stock.params(), slot),
          NOISE,
          slot.vertex() + "." + slot.name());
    }
    outputsAgree(features);
  }

  private void outputsAgree(INDArray features) {
    close(fast.outputSingle(features), stock.outputSingle(features), 0, "output");
  }

  private static org.assertj.core.data.Offset<Double> within(double magnitude) {
    return org.assertj.core.data.Offset.offset(TOLERANCE * Math.abs(magnitude));
  }

  private static INDArray step(ComputationGraph net, INDArray features, INDArray labels) {
    net.setInputs(features);
    net.setLabels(labels);
    net.computeGradientAndScore();
    return net.getFlattenedGradients();
  }

  /** Plain descent; the gradient of a statistic is its whole change. */
  private static void descend(ComputationGraph net) {
    INDArray gradient = net.getFlattenedGradients();
    for (ParameterSlot slot : ParameterLayout.of(net).slots()) {
      slice(net.params(), slot).subi(slice(gradient, slot).mul(slot.trained() ? 0.05 : 1));
    }
  }

  /** Largest difference against the largest value, or against {@code floor} if that is larger. */
  static void close(INDArray found, INDArray expected, double floor, String what) {
    double scale = Math.max(expected.amaxNumber().doubleValue(), floor);
    double difference = found.sub(expected).amaxNumber().doubleValue();
    assertThat(difference / scale).as(what).isLessThan(TOLERANCE);
  }

  static INDArray slice(INDArray flat, ParameterSlot slot) {
    return flat.reshape(flat.length())
        .get(NDArrayIndex.interval(slot.offset(), slot.offset() + slot.length()));
  }
}
