package io.millrace.training;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class ServedNetworkTest {
  private static NeuralNetConfiguration.Builder builder() {
    return new NeuralNetConfiguration.Builder().seed(7).updater(new Adam(0.01));
  }

  private static DenseLayer.Builder hidden() {
    return new DenseLayer.Builder().nIn(5).nOut(6).activation(Activation.TANH);
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(6)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static MultiLayerNetwork stack(
      NeuralNetConfiguration.Builder builder, org.deeplearning4j.nn.conf.layers.Layer bottom) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(builder.list().layer(bottom).layer(output()).build());
    net.init();
    return net;
  }

  private static ComputationGraph graph(
      NeuralNetConfiguration.Builder builder, org.deeplearning4j.nn.conf.layers.Layer bottom) {
    ComputationGraph net =
        new ComputationGraph(
            builder
                .graphBuilder()
                .addInputs("in")
                .addLayer("bottom", bottom, "in")
                .addLayer("top", output(), "bottom")
                .setOutputs("top")
                .build());
    net.init();
    return net;
  }

  private static void refused(Model net, String who, String rule) {
    assertThatCode(() -> ServedNetwork.check(net, false)).doesNotThrowAnyException();
    assertThatThrownBy(() -> ServedNetwork.check(net, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot train by a recipe: "
                + who
                + " asks for "
                + rule
                + " (take that out of the configuration, or let the network's own updater train"
                + " it)");
  }

  private static void refusedInLayer(UnaryOperator<DenseLayer.Builder> rules, String rule) {
    refused(graph(builder(), rules.apply(hidden()).build()), "layer bottom", rule);
    refused(stack(builder(), rules.apply(hidden()).build()), "layer layer0", rule);
  }

  private static void refusedAsAWhole(
      UnaryOperator<NeuralNetConfiguration.Builder> rules, String rule) {
    refused(graph(rules.apply(builder()), hidden().build()), "the network", rule);
    refused(stack(rules.apply(builder()), hidden().build()), "the network", rule);
  }

  @Test
  void aRecipeRefusesTheRulesOfLayersByName() {
    refusedInLayer(layer -> layer.l1(5), "L1Regularization(l1=FixedSchedule(value=5.0)) of its W");
    refusedInLayer(layer -> layer.l2(5), "L2Regularization(l2=FixedSchedule(value=5.0)) of its W");
    refusedInLayer(
        layer -> layer.l2Bias(5), "L2Regularization(l2=FixedSchedule(value=5.0)) of its b");
    refusedInLayer(
        layer -> (DenseLayer.Builder) layer.weightDecay(0.1),
        "WeightDecay(coeff=FixedSchedule(value=0.1), applyLR=true) of its W");
    for (GradientNormalization clipping : GradientNormalization.values()) {
      if (clipping != GradientNormalization.None) {
        refusedInLayer(
            layer -> layer.gradientNormalization(clipping), "gradient normalisation " + clipping);
      }
    }
    refusedInLayer(
        layer -> layer.constrainWeights(new MaxNormConstraint(1e-3, 1)),
        "constraint "
            + hidden()
                .constrainWeights(new MaxNormConstraint(1e-3, 1))
                .build()
                .getConstraints()
                .get(0));
  }

  @Test
  void aRecipeRefusesTheRulesOfNetworksByName() {
    refusedAsAWhole(net -> net.miniBatch(false), "miniBatch(false)");
    refusedAsAWhole(net -> net.minimize(false), "minimize(false)");
    refusedAsAWhole(
        net -> net.optimizationAlgo(OptimizationAlgorithm.LBFGS),
        "the optimisation algorithm LBFGS");
  }

  @Test
  void aRecipeLooksIntoWrappers() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            builder()
                .list()
                .layer(new Bidirectional(new LSTM.Builder().nIn(5).nOut(6).l2(5).build()))
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(12)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    net.init();
    refused(net, "layer layer0", "L2Regularization(l2=FixedSchedule(value=5.0)) of its fW");
  }

  @Test
  void rulesThatHaveNothingToActOnAreNoRules() {
    for (Model net :
        new Model[] {
          graph(builder(), hidden().l1(0).l2(0).build()),
          graph(builder(), new FrozenLayer(hidden().l2(5).build())),
          graph(builder(), new FrozenLayerWithBackprop(hidden().l2(5).build())),
          stack(builder(), new FrozenLayer(hidden().l2(5).build())),
          graph(builder(), hidden().weightNoise(new DropConnect(0.5)).dropOut(0.5).build()),
          withActivation(builder().gradientNormalization(GradientNormalization.None)),
        }) {
      assertThatCode(() -> ServedNetwork.check(net, true)).doesNotThrowAnyException();
    }
  }

  private static ComputationGraph withActivation(NeuralNetConfiguration.Builder builder) {
    ActivationLayer clipped = new ActivationLayer(Activation.RELU);
    ComputationGraph net =
        new ComputationGraph(
            builder
                .graphBuilder()
                .addInputs("in")
                .addLayer("bottom", hidden().build(), "in")
                .addLayer("relu", clipped, "bottom")
                .addLayer("top", output(), "relu")
                .setOutputs("top")
                .build());
    net.init();
    return net;
  }

  @Test
  void typesThatAreNotServedAreRefusedByName() {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.HALF}) {
      for (Model net :
          new Model[] {
            graph(builder().dataType(type), hidden().build()),
            stack(builder().dataType(type), hidden().build())
          }) {
        assertThatThrownBy(() -> ServedNetwork.check(net, false))
            .hasMessage("Cannot train a network of data type " + type + " (must be FLOAT)");
      }
    }
  }

  @Test
  void twoOutputsAreRefusedByName() {
    ComputationGraph net =
        new ComputationGraph(
            builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("bottom", hidden().build(), "in")
                .addLayer("a", output(), "bottom")
                .addLayer("b", output(), "bottom")
                .setOutputs("a", "b")
                .build());
    net.init();
    assertThatThrownBy(() -> ServedNetwork.check(net, false))
        .hasMessage(
            "Cannot train a network with 2 outputs, a, b (must have one, as a DataSet has)");
  }

  @Test
  void truncatedBackpropagationIsRefusedByName() {
    String message =
        "Cannot train a network with backpropType TruncatedBPTT (must be Standard: an update for"
            + " each segment would not be one for each minibatch)";
    ComputationGraph net =
        new ComputationGraph(
            builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("lstm", new LSTM.Builder().nIn(5).nOut(6).build(), "in")
                .addLayer(
                    "top",
                    new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(6)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "lstm")
                .setOutputs("top")
                .backpropType(BackpropType.TruncatedBPTT)
                .tBPTTLength(4)
                .build());
    net.init();
    assertThatThrownBy(() -> ServedNetwork.check(net, false)).hasMessage(message);
  }
}
