package io.millrace.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** Tiny networks and data for the trainer's tests. */
public final class Nets {
  static final int FEATURES = 5;
  static final int CLASSES = 3;

  private Nets() {}

  /** With L2 of its own. */
  public static ComputationGraph dense(IUpdater updater) {
    return dense(new NeuralNetConfiguration.Builder().l2(1e-2), updater);
  }

  /** Without rules of its own, as a recipe wants it. */
  static ComputationGraph plain(IUpdater updater) {
    return dense(new NeuralNetConfiguration.Builder(), updater);
  }

  /** With squared errors for its loss. */
  static ComputationGraph squares(IUpdater updater) {
    ComputationGraph net = plain(updater);
    ((OutputLayer) net.getLayer("out").conf().getLayer()).setLossFn(new LossMSE());
    return net;
  }

  private static ComputationGraph dense(NeuralNetConfiguration.Builder builder, IUpdater updater) {
    return init(
        builder
            .seed(7)
            .updater(updater)
            .graphBuilder()
            .addInputs("in")
            .addLayer("hidden", hidden(), "in")
            .addLayer("out", output(6), "hidden")
            .setOutputs("out")
            .build());
  }

  static ComputationGraph normed(IUpdater updater, double dropout) {
    return init(
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .updater(updater)
            .graphBuilder()
            .addInputs("in")
            .addLayer("hidden", hidden(), "in")
            .addLayer(
                "norm",
                new BatchNormalization.Builder().nIn(6).nOut(6).useLogStd(false).build(),
                "hidden")
            .addLayer("drop", new DropoutLayer(dropout), "norm")
            .addLayer("out", output(6), "drop")
            .setOutputs("out")
            .build());
  }

  static MultiLayerConfiguration layers(IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .l2(1e-2)
        .updater(updater)
        .list()
        .layer(hidden())
        .layer(output(6))
        .build();
  }

  /** Examples one by one, drawn from {@code seed}. */
  static List<DataSet> examples(int count, long seed) {
    Random random = new Random(seed);
    List<DataSet> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] features = new float[FEATURES];
      for (int j = 0; j < FEATURES; j++) {
        features[j] = (float) random.nextGaussian();
      }
      float[] label = new float[CLASSES];
      label[random.nextInt(CLASSES)] = 1;
      examples.add(
          new DataSet(
              Nd4j.create(features, new long[] {1, FEATURES}),
              Nd4j.create(label, new long[] {1, CLASSES})));
    }
    return examples;
  }

  /** The largest difference between two vectors. */
  static double distance(INDArray a, INDArray b) {
    return a.sub(b).amaxNumber().doubleValue();
  }

  private static DenseLayer hidden() {
    return new DenseLayer.Builder().nIn(FEATURES).nOut(6).activation(Activation.TANH).build();
  }

  private static OutputLayer output(int in) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(in)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static ComputationGraph init(ComputationGraphConfiguration conf) {
    ComputationGraph net = new ComputationGraph(conf);
    net.init();
    return net;
  }
}
