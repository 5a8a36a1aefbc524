package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WithinMinibatchTest {
  static Stream<Arguments> layers() {
    return Stream.of(
        Arguments.of(new DenseLayer.Builder().nOut(3).build(), List.of()),
        Arguments.of(new BatchNormalization(), List.of("batch norms")),
        Arguments.of(new DropoutLayer(0.5), List.of("dropout")),
        Arguments.of(new DenseLayer.Builder().nOut(3).dropOut(0.5).build(), List.of("dropout")),
        Arguments.of(
            new DenseLayer.Builder().nOut(3).weightNoise(new DropConnect(0.5)).build(),
            List.of("dropout")));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void whatLooksBeyondAnExampleIsNamed(Layer layer, List<String> kinds) {
    ComputationGraphConfiguration network =
        new NeuralNetConfiguration.Builder()
            .graphBuilder()
            .addInputs("in")
            .addLayer("first", new DenseLayer.Builder().nOut(3).build(), "in")
            .addLayer("layer", layer, "first")
            .addLayer("out", new OutputLayer.Builder().nOut(2).build(), "layer")
            .setOutputs("out")
            .setInputTypes(InputType.feedForward(4))
            .build();
    assertThat(WithinMinibatch.of(network)).isEqualTo(kinds);
  }
}
