package io.millrace.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.SharedSpark;
import io.millrace.replica.TrainerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A stack of layers trains with one worker as DL4J's own {@code fit} trains it. */
class StackDuelTest {
  private static final int BATCH = 4;

  static Stream<Named<MultiLayerConfiguration>> stacks() {
    Consumer<NeuralNetConfiguration.Builder> plain = settings -> {};
    return Stream.of(
        Named.of("summed gradients", dense(settings -> settings.miniBatch(false))),
        Named.of("summed gradients, images", images(s -> s.miniBatch(false), relu())),
        Named.of("LBFGS", dense(s -> s.optimizationAlgo(OptimizationAlgorithm.LBFGS))),
        Named.of(
            "LBFGS, images", images(s -> s.optimizationAlgo(OptimizationAlgorithm.LBFGS), relu())),
        Named.of(
            "another workspace mode for inference",
            images(s -> s.inferenceWorkspaceMode(WorkspaceMode.NONE), relu())),
        Named.of(
            "ReLU with a slope",
            images(plain, new ActivationLayer(new ActivationReLU(null, null, 0.2)))),
        Named.of("frozen in the middle", images(plain, new FrozenLayer(relu()))),
        Named.of("an output layer that DL4J would not validate", unvalidated()));
  }

  @ParameterizedTest
  @MethodSource("stacks")
  void isDl4jsOwnFit(MultiLayerConfiguration configuration) {
    List<DataSet> examples = Nets.examples(6 * BATCH, 3);
    MultiLayerNetwork reference = network(configuration);
    List<DataSet> batches = new ArrayList<>();
    for (int i = 0; i < examples.size(); i += BATCH) {
      batches.add(DataSet.merge(examples.subList(i, i + BATCH)));
    }
    MultiLayerNetwork trained = network(configuration);
    double start = Nets.distance(trained.params(), reference.params());
    batches.forEach(reference::fit);
    try (AveragingTrainingMaster master = new AveragingTrainingMaster(settings())) {
      new SparkDl4jMultiLayer(spark(), trained, master).fit(spark().parallelize(examples, 1));
    }
    assertThat(start).isZero();
    assertThat(Nets.distance(network(configuration).params(), reference.params()))
        .isGreaterThan(1e-3);
    assertThat(Nets.distance(trained.params(), reference.params())).isLessThan(1e-5);
  }

  private static JavaSparkContext spark() {
    return JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext());
  }

  private static TrainerConfig settings() {
    return new TrainerConfig(1, BATCH).startTimeout(Duration.ZERO);
  }

  private static MultiLayerNetwork network(MultiLayerConfiguration configuration) {
    MultiLayerNetwork net = new MultiLayerNetwork(configuration.clone());
    net.init();
    return net;
  }

  private static MultiLayerConfiguration dense(Consumer<NeuralNetConfiguration.Builder> settings) {
    return list(settings)
        .layer(new DenseLayer.Builder().nIn(Nets.FEATURES).nOut(6).build())
        .layer(output(Activation.SOFTMAX).nIn(6).build())
        .build();
  }

  /** The features as images of 1 x 5. */
  private static MultiLayerConfiguration images(
      Consumer<NeuralNetConfiguration.Builder> settings, Layer middle) {
    return list(settings)
        .layer(new ConvolutionLayer.Builder(1, 2).nOut(3).activation(Activation.IDENTITY).build())
        .layer(middle)
        .layer(output(Activation.SOFTMAX).build())
        .setInputType(InputType.convolutionalFlat(1, Nets.FEATURES, 1))
        .build();
  }

  private static MultiLayerConfiguration unvalidated() {
    return list(settings -> {})
        .layer(new ConvolutionLayer.Builder(1, 2).nOut(3).activation(Activation.IDENTITY).build())
        .layer(output(Activation.SIGMOID).build())
        .validateOutputLayerConfig(false)
        .setInputType(InputType.convolutionalFlat(1, Nets.FEATURES, 1))
        .build();
  }

  private static ListBuilder list(Consumer<NeuralNetConfiguration.Builder> settings) {
    NeuralNetConfiguration.Builder builder =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .updater(new Sgd(0.1))
            .activation(Activation.TANH);
    settings.accept(builder);
    return builder.list();
  }

  private static OutputLayer.Builder output(Activation activation) {
    return new OutputLayer.Builder(LossFunction.MCXENT).activation(activation).nOut(Nets.CLASSES);
  }

  private static Layer relu() {
    return new ActivationLayer(Activation.RELU);
  }
}
