package io.millrace.verify;

import io.millrace.random.Keys;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The small convolutional net of {@link VerifyJob}, without batch statistics, and its examples. */
final class VerifyNet {
  private static final int SIDE = 8;
  private static final int CLASSES = 3;

  private VerifyNet() {}

  static ComputationGraph network(long seed) {
    ComputationGraph net =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(new Sgd(1))
                .graphBuilder()
                .addInputs("image")
                .addLayer(
                    "convolution",
                    new ConvolutionLayer.Builder(3, 3)
                        .nOut(4)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "image")
                .addLayer("relu", new ActivationLayer(Activation.RELU), "convolution")
                .addLayer(
                    "classes",
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "relu")
                .setOutputs("classes")
                .setInputTypes(InputType.convolutional(SIDE, SIDE, 1))
                .build());
    net.init();
    return net;
  }

  /** Example {@code row}: noise with a bright row of pixels that tells the class. */
  static DataSet example(long seed, int row) {
    Random random = new Random(Keys.of(seed, row, 0));
    int label = random.nextInt(CLASSES);
    float[] pixels = new float[SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian() / 2 + (i / SIDE == 2 * label ? 1 : 0);
    }
    float[] classes = new float[CLASSES];
    classes[label] = 1;
    return new DataSet(
        Nd4j.create(pixels, new long[] {1, 1, SIDE, SIDE}, 'c'),
        Nd4j.create(classes, new long[] {1, CLASSES}, 'c'));
  }
}
