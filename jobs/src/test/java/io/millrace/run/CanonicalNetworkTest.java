package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.config.Choices;
import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import io.millrace.model.ImageShape;
import io.millrace.model.ParameterLayout;
import io.millrace.model.layers.FastPath;
import io.millrace.recipe.Moment;
import io.millrace.recipe.Optimizer;
import io.millrace.recipe.Recipe;
import io.millrace.recipe.UpdateRule;
import io.millrace.settings.OneOf;
import io.millrace.state.RunState;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class CanonicalNetworkTest {
  private static final double RATE = 0.05;
  private static final List<Moment> NOW = List.of(new Moment(1, RATE));
  @TempDir private Path dir;

  private static Layer convolution() {
    return new ConvolutionLayer.Builder(3, 3).nOut(4).activation(Activation.TANH).build();
  }

  private static Layer norm() {
    return new BatchNormalization.Builder().useLogStd(false).build();
  }

  private static Layer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static Arguments net(String name, Layer bottom, Layer middle, Layer top) {
    return Arguments.of(
        Named.of(
            name,
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Adam(0.01))
                .graphBuilder()
                .addInputs("in")
                .addLayer("bottom", bottom, "in")
                .addLayer("middle", middle, "bottom")
                .addLayer(
                    "dense",
                    new DenseLayer.Builder().nOut(5).biasUpdater(new Sgd(1)).build(),
                    "middle")
                .addLayer("top", top, "dense")
                .setOutputs("top")
                .setInputTypes(InputType.convolutional(8, 8, 1))
                .build()));
  }

  static Stream<Arguments> nets() {
    Layer centers =
        new CenterLossOutputLayer.Builder(LossFunction.MCXENT)
            .nOut(3)
            .activation(Activation.SOFTMAX)
            .alpha(0.3)
            .lambda(0.1)
            .build();
    return Stream.of(
        net("batch norm, bias updater", convolution(), norm(), output()),
        net("frozen", new FrozenLayer(convolution()), norm(), output()),
        net("frozen statistics", new FrozenLayer(convolution()), new FrozenLayer(norm()), output()),
        net("frozen in the midst", new FrozenLayerWithBackprop(convolution()), norm(), output()),
        net("frozen above", convolution(), new FrozenLayerWithBackprop(convolution()), output()),
        net("center loss", convolution(), norm(), centers));
  }

  @ParameterizedTest
  @MethodSource("nets")
  void stockDl4jOpensTheModelAndTrainsOnAsWeWould(ComputationGraphConfiguration given)
      throws IOException {
    RunConfig config =
        ConfigReader.read("run.yaml", "optimizer: {kind: nesterov, weightDecay: 0}", List.of());
    var prepared =
        new GivenNetwork("model.configuration", "net.json", new ImageShape(8, 8, 1), 3)
            .prepared(given, new Nesterovs(RATE, 0.9), FastPath.TRUE);
    ComputationGraph net = new ComputationGraph(prepared);
    net.init();
    ParameterLayout layout = ParameterLayout.of(net);
    Recipe recipe = Recipe.of(config.optimizer(), update -> RATE);
    UpdateRule rule = recipe.rule(layout);
    INDArray velocity = Nd4j.zeros(DataType.FLOAT, rule.stateLength(layout));
    train(net, rule, layout, velocity, 0, 3);

    Path file = dir.resolve("model.zip");
    try (OutputStream out = Files.newOutputStream(file)) {
      new CanonicalNetwork(config, prepared, List.of("a", "b", "c"))
          .zip(
              new RunState(
                  WeightVector.of(net.params().toFloatVector()),
                  WeightVector.of(velocity.toFloatVector()),
                  3,
                  1),
              net,
              RATE)
          .writeTo(out);
    }
    ComputationGraph stock = ModelSerializer.restoreComputationGraph(file.toFile(), true);
    assertThat(stock.params().toFloatVector()).isEqualTo(net.params().toFloatVector());
    assertThat(stock.getUpdater().getStateViewArray().amaxNumber().floatValue()).isPositive();

    train(net, rule, layout, velocity, 3, 6);
    for (int i = 3; i < 6; i++) {
      stock.fit(batch(i));
    }
    INDArray moved = net.params().sub(stock.params());
    assertThat(moved.amaxNumber().doubleValue()).isLessThan(1e-6);
    assertThat(stock.getIterationCount()).isEqualTo(6);
  }

  static Stream<Class<?>> optimizers() {
    return Stream.of(Optimizer.class.getAnnotation(OneOf.class).value());
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void whateverTrainedItStockDl4jOpensTheModelAndTrainsOn(Class<?> kind) throws IOException {
    RunConfig config =
        ConfigReader.read(
            "run.yaml",
            "optimizer: {kind: %s, weightDecay: 0}".formatted(Choices.nameOf(kind)),
            List.of());
    Optimizer optimizer = config.optimizer().kind();
    var given =
        (ComputationGraphConfiguration) ((Named<?>) nets().toList().get(0).get()[0]).getPayload();
    var prepared =
        new GivenNetwork("model.configuration", "net.json", new ImageShape(8, 8, 1), 3)
            .prepared(given, optimizer.stock(RATE).updater(), FastPath.TRUE);
    ComputationGraph net = new ComputationGraph(prepared);
    net.init();
    ParameterLayout layout = ParameterLayout.of(net);
    Recipe recipe = Recipe.of(config.optimizer(), update -> RATE);
    UpdateRule rule = recipe.rule(layout);
    long elements = rule.stateLength(layout);
    INDArray state = elements == 0 ? null : Nd4j.zeros(DataType.FLOAT, elements);
    for (int i = 0; i < 3; i++) {
      train(net, rule, layout, state, i, i + 1);
    }
    Path file = dir.resolve(Choices.nameOf(kind) + ".zip");
    WeightVector remembered =
        state == null ? WeightVector.zeros(0) : WeightVector.of(state.toFloatVector());
    try (OutputStream out = Files.newOutputStream(file)) {
      new CanonicalNetwork(config, prepared, List.of("a", "b", "c"))
          .zip(
              new RunState(WeightVector.of(net.params().toFloatVector()), remembered, 3, 1),
              net,
              RATE)
          .writeTo(out);
    }
    ComputationGraph stock = ModelSerializer.restoreComputationGraph(file.toFile(), true);
    assertThat(stock.params().toFloatVector()).isEqualTo(net.params().toFloatVector());
    stock.fit(batch(3));
    assertThat(stock.params().toFloatVector()).isNotEqualTo(net.params().toFloatVector());
    for (float each : stock.params().toFloatVector()) {
      assertThat(each).isFinite();
    }
  }

  private static void train(
      ComputationGraph net,
      UpdateRule rule,
      ParameterLayout layout,
      INDArray velocity,
      int from,
      int to) {
    for (int i = from; i < to; i++) {
      DataSet batch = batch(i);
      net.setInputs(batch.getFeatures());
      net.setLabels(batch.getLabels());
      net.computeGradientAndScore();
      rule.apply(layout, net.params(), net.getGradientsViewArray(), velocity, 6, NOW);
    }
  }

  private static DataSet batch(int number) {
    Nd4j.getRandom().setSeed(number);
    INDArray labels = Nd4j.zeros(6, 3);
    for (int row = 0; row < 6; row++) {
      labels.putScalar(row, (row + number) % 3, 1);
    }
    return new DataSet(Nd4j.randn(6, 1, 8, 8), labels);
  }
}
