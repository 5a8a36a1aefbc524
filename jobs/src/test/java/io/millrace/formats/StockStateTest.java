package io.millrace.formats;

import static io.millrace.model.ParameterSlot.Kind.BETA;
import static io.millrace.model.ParameterSlot.Kind.BIAS;
import static io.millrace.model.ParameterSlot.Kind.GAMMA;
import static io.millrace.model.ParameterSlot.Kind.MEAN;
import static io.millrace.model.ParameterSlot.Kind.VARIANCE;
import static io.millrace.model.ParameterSlot.Kind.WEIGHT;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.backend.ArrayMemory;
import io.millrace.model.ParameterLayout;
import io.millrace.model.UpdaterLayout;
import io.millrace.recipe.Nesterov;
import io.millrace.recipe.Recipe;
import io.millrace.recipe.UpdateRuleTest;
import io.millrace.recipe.WeightDecay;
import io.millrace.wire.WeightVector;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;

class StockStateTest {
  private static final double RATE = 0.05;
  private static final ParameterLayout LAYOUT =
      UpdateRuleTest.layout(
          WEIGHT, 15, BIAS, 5, GAMMA, 5, BETA, 5, MEAN, 5, VARIANCE, 5, WEIGHT, 10, BIAS, 2);
  private static final Recipe RULE =
      new Recipe(update -> RATE, new Nesterov(0.9), new WeightDecay(0.01, false));

  private final DataSet[] batches = new DataSet[6];

  @BeforeEach
  void makeBatches() {
    Nd4j.getRandom().setSeed(7);
    for (int i = 0; i < batches.length; i++) {
      INDArray labels = Nd4j.zeros(8, 2);
      for (int row = 0; row < 8; row++) {
        labels.putScalar(row, row % 2, 1);
      }
      batches[i] = new DataSet(Nd4j.randn(8, 3), labels);
    }
  }

  @Test
  void stockDl4jGoesOnExactlyAsWeWould() {
    MultiLayerNetwork ours = network();
    MultiLayerNetwork stock = network();
    INDArray state = Nd4j.zeros(LAYOUT.length());
    train(ours, state, 0, 3);
    stock.params().assign(ours.params());
    stock
        .getUpdater()
        .getStateViewArray()
        .assign(
            Nd4j.createFromArray(
                StockState.toDl4j(
                        UpdaterLayout.parameters(updater(stock)),
                        UpdaterLayout.state(updater(stock)),
                        WeightVector.of(state.toFloatVector()),
                        new Nesterov(0.9).stock(RATE).factors())
                    .toArray()));
    train(ours, state, 3, 6);
    for (int i = 3; i < 6; i++) {
      stock.fit(batches[i]);
    }
    assertThat(difference(ours, stock)).isLessThan(1e-6);
  }

  private static BaseMultiLayerUpdater<?> updater(MultiLayerNetwork net) {
    return (BaseMultiLayerUpdater<?>) net.getUpdater();
  }

  private void train(MultiLayerNetwork net, INDArray state, int from, int to) {
    for (int i = from; i < to; i++) {
      net.setInput(batches[i].getFeatures());
      net.setLabels(batches[i].getLabels());
      net.computeGradientAndScore();
      UpdateRuleTest.apply(
          RULE, ArrayMemory.here(), LAYOUT, net.params(), net.getFlattenedGradients(), state, 8, i);
    }
  }

  private static double difference(MultiLayerNetwork a, MultiLayerNetwork b) {
    return a.params().sub(b.params()).amaxNumber().doubleValue();
  }

  private static MultiLayerNetwork network() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Nesterovs(RATE, 0.9))
                .l2(0.01)
                .list()
                .layer(new DenseLayer.Builder().nIn(3).nOut(5).activation(Activation.TANH).build())
                .layer(new BatchNormalization.Builder().nIn(5).nOut(5).build())
                .layer(
                    new OutputLayer.Builder().nIn(5).nOut(2).activation(Activation.SOFTMAX).build())
                .build());
    net.init();
    return net;
  }
}
