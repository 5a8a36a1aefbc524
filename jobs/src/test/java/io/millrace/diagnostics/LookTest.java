package io.millrace.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.model.ParameterLayout;
import io.millrace.wire.FlatArrays;
import io.millrace.wire.Measures;
import io.millrace.wire.WeightVector;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;

/** Drift of a batch norm by hand, and which layers have a function. */
class LookTest {
  private static final BatchNormDrift DRIFT = new BatchNormDrift(1);

  private static ComputationGraph net(boolean logDeviation, double epsilon) {
    ComputationGraph net =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "dense",
                    new DenseLayer.Builder().nIn(3).nOut(2).activation(Activation.IDENTITY).build(),
                    "in")
                .addLayer(
                    "norm",
                    new BatchNormalization.Builder()
                        .nIn(2)
                        .nOut(2)
                        .eps(epsilon)
                        .useLogStd(logDeviation)
                        .build(),
                    "dense")
                .addLayer("relu", new ActivationLayer(Activation.RELU), "norm")
                .addLayer(
                    "tanh",
                    new DenseLayer.Builder().nIn(2).nOut(2).activation(Activation.TANH).build(),
                    "relu")
                .addLayer(
                    "out",
                    new OutputLayer.Builder().nIn(2).nOut(2).activation(Activation.SOFTMAX).build(),
                    "tanh")
                .setOutputs("out")
                .build());
    net.init();
    return net;
  }

  private static ChannelSums sums(float... rows) {
    ChannelSums sums = new ChannelSums(2);
    sums.addRows(FloatBuffer.wrap(rows));
    return sums;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void driftIsInDeviationsOfWhatGoesIn(boolean logDeviation) {
    ComputationGraph net = net(logDeviation, 1e-12);
    var statistics = net.getVertex("norm").paramTable(false);
    statistics.get("mean").putScalar(0, 1).putScalar(1, 5);
    // Variances 4 and 4 e^2: deviations 2 and 2 e.
    double second = Math.log10(2 * Math.E);
    if (logDeviation) {
      statistics.get("log10stdev").putScalar(0, Math.log10(2)).putScalar(1, second);
    } else {
      statistics.get("var").putScalar(0, 4).putScalar(1, 4 * Math.exp(2));
    }
    Map<String, ChannelSums> outputs = new LinkedHashMap<>();
    outputs.put("dense", sums(-1, 3, 3, 7)); // means 1 and 5, deviations 2
    outputs.put("norm", sums(0, 0));
    for (String each : List.of("relu", "tanh", "out")) {
      outputs.put(each, sums(0, 1));
    }
    Look look = look(net, outputs);
    Map<String, Double> figures = figures(look);
    assertThat(figures.get("mean_apart")).isCloseTo(0, within(1e-6));
    assertThat(figures.get("drift")).isCloseTo(Math.sqrt(0.5), within(1e-6));
    assertThat(figures.get("deviation_factor")).isCloseTo(Math.exp(Math.sqrt(0.5)), within(1e-6));
    assertThat(look.activated()).containsExactly("relu", "tanh", "out");
    assertThat(look.isRelu("relu")).isTrue();
    assertThat(look.isRelu("tanh")).isFalse();
    assertThat(look.before("relu")).containsSame(outputs.get("norm"));
    assertThat(look.before("tanh")).isEmpty();

    outputs.put("dense", sums(1, 3, 5, 7)); // mean 3: one deviation off
    Diagnosis diagnosis =
        new Diagnosis(List.of(DRIFT), new Layers(List.of(), List.of()), List.of());
    DiagnosedEpoch epoch = diagnosis.epochEnded(1, Optional.of(look), 2, 1, 100);
    assertThat(epoch.of("batch-norm-drift").get("norm").get("drift"))
        .isCloseTo(Math.sqrt(0.5 + 0.5), within(1e-6));
    outputs.put("dense", sums(2, 3, 6, 7));
    List<Warning> warnings = diagnosis.epochEnded(2, Optional.of(look), 2, 1, 100).warnings();
    assertThat(warnings).singleElement().extracting(Warning::kind).isEqualTo("batch norm drifting");

    Look young =
        new Look(look.network(), outputs, look.layout(), look.weights(), 43); // 0.9^43 = 0.0108
    assertThat(diagnosis.epochEnded(3, Optional.of(young), 2, 1, 100).warnings()).isEmpty();
  }

  /** An input of variance 4 counts as 9, a running variance of 31 as 36. */
  @Test
  void epsilonIsPartOfBothVariances() {
    ComputationGraph net = net(false, 5);
    var statistics = net.getVertex("norm").paramTable(false);
    statistics.get("mean").putScalar(0, 4).putScalar(1, 5);
    statistics.get("var").putScalar(0, 31).putScalar(1, 4);
    Map<String, Double> figures =
        figures(look(net, Map.of("dense", sums(-1, 3, 3, 7)))); // means 1 and 5, deviations 2
    assertThat(figures.get("mean_apart")).isCloseTo(Math.sqrt(0.5), within(1e-6));
    assertThat(figures.get("deviation_factor"))
        .isCloseTo(Math.pow(2, Math.sqrt(0.5)), within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.4, 0.6})
  void moreThanTheLimitOfALayersChannelsIsDead(double limit) {
    ComputationGraph net = net(false, 1e-12);
    Look look =
        new Look(
            net.getConfiguration(),
            Map.of("relu", sums(0, 1, 0, 2)),
            ParameterLayout.of(net),
            null,
            1000);
    Diagnosis diagnosis =
        new Diagnosis(List.of(new DeadUnits(limit)), new Layers(List.of(), List.of()), List.of());
    DiagnosedEpoch epoch = diagnosis.epochEnded(1, Optional.of(look), 2, 1, 100);
    assertThat(epoch.of("dead-units").get("relu"))
        .containsEntry("dead", 0.5)
        .containsEntry("zeros", 0.5);
    assertThat(epoch.warnings()).hasSize(limit < 0.5 ? 1 : 0);
  }

  /** A look after 1,000 updates. */
  private static Look look(ComputationGraph net, Map<String, ChannelSums> outputs) {
    ParameterLayout layout = ParameterLayout.of(net);
    WeightVector weights =
        new WeightVector(new FlatArrays(List.of(net.params())).slices(), 0, layout.length());
    return new Look(net.getConfiguration(), outputs, layout, weights, 1000);
  }

  /** What is said of the batch norm. */
  private static Map<String, Double> figures(Look look) {
    Measures read = new Measures();
    DRIFT.look(look, new Readings(DRIFT, read));
    return DRIFT.figures(Readings.means(DRIFT, read).get("norm"));
  }
}
