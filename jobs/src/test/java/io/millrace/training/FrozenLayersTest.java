package io.millrace.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.SharedSpark;
import io.millrace.exchange.AveragingConfig.State;
import io.millrace.exchange.Gradients;
import io.millrace.exchange.Weights;
import io.millrace.exchange.Wire;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.model.layers.FastPath;
import io.millrace.recipe.Clip;
import io.millrace.recipe.Nesterov;
import io.millrace.recipe.ParameterGroup;
import io.millrace.recipe.Recipe;
import io.millrace.recipe.WeightDecay;
import io.millrace.replica.TrainerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class FrozenLayersTest {
  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext());

  /** Convolution and batch norm twice, of which {@code freeze} may wrap those of the bottom. */
  private static ComputationGraph net(UnaryOperator<Layer> freeze, List<String> frozen) {
    var graph =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .updater(new Nesterovs(0.1, 0.9))
            .graphBuilder()
            .addInputs("in")
            .addLayer(
                "conv", frozen.contains("conv") ? freeze.apply(convolution()) : convolution(), "in")
            .addLayer("norm", frozen.contains("norm") ? freeze.apply(norm()) : norm(), "conv")
            .addLayer("conv2", convolution(), "norm")
            .addLayer("norm2", norm(), "conv2")
            .addLayer(
                "out",
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nOut(3)
                    .activation(Activation.SOFTMAX)
                    .build(),
                "norm2")
            .setOutputs("out")
            .setInputTypes(InputType.convolutional(6, 6, 1))
            .build();
    ComputationGraph net = new ComputationGraph(graph);
    net.init();
    return net;
  }

  private static ComputationGraph frozen(String how, List<String> frozen) {
    if (!how.equals("vertex")) {
      return net(how.equals("layer") ? FrozenLayer::new : FrozenLayerWithBackprop::new, frozen);
    }
    var graph = net(layer -> layer, frozen).getConfiguration().clone();
    for (String name : frozen) {
      graph.getVertices().put(name, new FrozenVertex((LayerVertex) graph.getVertices().get(name)));
    }
    ComputationGraph net = new ComputationGraph(graph);
    net.init();
    return net;
  }

  private static Layer convolution() {
    return new ConvolutionLayer.Builder(3, 3).nOut(4).activation(Activation.RELU).build();
  }

  private static Layer norm() {
    return new BatchNormalization.Builder().useLogStd(false).build();
  }

  private static List<DataSet> images() {
    Random random = new Random(5);
    List<DataSet> images = new ArrayList<>();
    for (int i = 0; i < 21; i++) {
      float[] pixels = new float[36];
      for (int j = 0; j < pixels.length; j++) {
        pixels[j] = 1 + (float) random.nextGaussian();
      }
      INDArray label = Nd4j.zeros(1, 3);
      label.putScalar(random.nextInt(3), 1);
      images.add(new DataSet(Nd4j.create(pixels, new long[] {1, 1, 6, 6}, 'c'), label));
    }
    return images;
  }

  @ParameterizedTest
  @CsvSource({
    "layer, conv, TRUE",
    "layer, conv, FALSE",
    "layer, conv norm, TRUE",
    "layer, conv norm, FALSE",
    "backprop, conv, TRUE", // DL4J itself cannot train above a batch norm that is frozen so
    "backprop, conv, FALSE",
    "vertex, conv, TRUE",
    "vertex, conv norm, TRUE",
    "vertex, conv norm, FALSE"
  })
  void underARecipeTheyDoNotMoveAndTheOthersDo(String how, String layers, FastPath path) {
    List<String> frozen = List.of(layers.split(" "));
    ComputationGraph net = frozen(how, frozen);
    for (String name : frozen) {
      net.getVertex(name).params().addi(0.25); // so that every decay would show
    }
    INDArray before = net.params().dup();
    Recipe rule = new Recipe(update -> 0.1, new Nesterov(0.9), new WeightDecay(0.5, true));
    TrainerConfig settings =
        new TrainerConfig(2, 4).every(2).fastPath(path).startTimeout(Duration.ZERO);
    try (AveragingTrainingMaster master = new AveragingTrainingMaster(settings, rule)) {
      new SparkComputationGraph(spark, net, master).fit(spark.parallelize(images(), 2));
      INDArray state = Nd4j.createFromArray(master.state().state().toArray());
      for (ParameterSlot slot : ParameterLayout.of(net).slots()) {
        boolean stays = frozen.contains(slot.vertex());
        assertThat(slot.frozen()).isEqualTo(stays);
        assertThat(part(net.params(), slot).equals(part(before, slot)))
            .as(slot.toString())
            .isEqualTo(stays);
        if (stays) {
          assertThat(part(state, slot).amaxNumber().floatValue()).as(slot.toString()).isZero();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"weights", "gradients"})
  void aBatchNormInAFrozenGroupKeepsItsStatisticsWhateverIsSentUp(String exchange) {
    ComputationGraph net = net(layer -> layer, List.of());
    INDArray before = net.params().dup();
    ParameterGroup frozen = new ParameterGroup("norm.*", null, 1, null, null, null, null, true);
    Recipe recipe =
        new Recipe(
            update -> 0.1,
            new Nesterov(0.9),
            new WeightDecay(0, false),
            Clip.NONE,
            List.of(frozen));
    TrainerConfig settings =
        new TrainerConfig(2, 4)
            .exchanging(
                State.AVERAGE,
                exchange.equals("weights") ? new Weights() : new Gradients(),
                Wire.FP32)
            .startTimeout(Duration.ZERO);
    try (AveragingTrainingMaster master = new AveragingTrainingMaster(settings, recipe)) {
      new SparkComputationGraph(spark, net, master).fit(spark.parallelize(images(), 2));
    }
    for (ParameterSlot slot : ParameterLayout.of(net).slots()) {
      assertThat(part(net.params(), slot).equals(part(before, slot)))
          .as(slot.toString())
          .isEqualTo(slot.vertex().equals("norm"));
    }
  }

  private static INDArray part(INDArray vector, ParameterSlot slot) {
    return vector
        .reshape(vector.length())
        .get(NDArrayIndex.interval(slot.offset(), slot.offset() + slot.length()))
        .dup();
  }
}
