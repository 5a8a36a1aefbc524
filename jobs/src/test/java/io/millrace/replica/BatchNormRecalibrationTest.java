package io.millrace.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.exchange.BatchStatistics;
import io.millrace.exchange.PooledStatistics;
import io.millrace.model.layers.FastPath;
import io.millrace.recipe.Oracle;
import io.millrace.recipe.Recipe;
import io.millrace.recipe.RoundOrder;
import io.millrace.recipe.Sgd;
import io.millrace.recipe.WeightDecay;
import io.millrace.wire.FlatArrays;
import io.millrace.wire.WeightCodec;
import java.util.List;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Statistics of batch norms that are measured anew, against a double-precision reference. */
class BatchNormRecalibrationTest {
  private static final Oracle ORACLE = new Oracle("bn_recalibration.json");

  @ParameterizedTest
  @CsvSource({"TRUE, false", "FALSE, false", "OPS, false", "TRUE, true", "FALSE, true"})
  void minibatchesArePooledByTheirExamples(FastPath path, boolean logDeviation) {
    ComputationGraph net = network(logDeviation);
    Recipe recipe = new Recipe(update -> 0.1, new Sgd(), new WeightDecay(0, false));
    ReplicaSpec spec =
        ReplicaSpec.of(
            "recalibration", new TrainableNet(net), recipe, new TrainerConfig(1, 8).fastPath(path));
    byte[][] master = new FlatArrays(List.of(net.params())).slices();
    ReplicaNetwork replica = new ReplicaNetwork(spec);
    // Two workers, one of which has two minibatches.
    PooledStatistics[] first = replica.blankStatistics(master, new RoundOrder(0, 0, List.of()));
    replica.measure(minibatch(0), 0, 1, first);
    replica.measure(minibatch(1), 1, 2, first);
    PooledStatistics[] second = replica.blankStatistics(master, new RoundOrder(0, 0, List.of()));
    replica.measure(minibatch(2), 0, 3, second);
    List<BatchStatistics> norms = spec.statistics();
    assertThat(norms).hasSize(2);
    for (int i = 0; i < 2; i++) {
      first[i].add(second[i]);
      String name = i == 0 ? "1" : "4";
      double[] mean = ORACLE.vector("pooled/" + name + ".running_mean");
      double[] variance = ORACLE.vector("pooled/" + name + ".running_var");
      double[] measured = first[i].measured();
      for (int c = 0; c < mean.length; c++) {
        assertThat(measured[c]).as("mean %d of %s", c, name).isCloseTo(mean[c], within(1e-5));
        assertThat(measured[mean.length + c] / variance[c])
            .as("variance %d of %s", c, name)
            .isCloseTo(1, within(1e-5));
      }
      WeightCodec.put(norms.get(i).stored(measured), master, norms.get(i).mean());
    }
    replica.close();
    new FlatArrays(List.of(net.params())).set(master);
    assertLogits(net);
  }

  private static void assertLogits(ComputationGraph net) {
    INDArray probabilities = net.outputSingle(minibatch(0).getFeatures());
    double[][] logits = ORACLE.rows("eval_logits_pooled_first_minibatch");
    for (int row = 0; row < logits.length; row++) {
      double sum = 0;
      for (double logit : logits[row]) {
        sum += Math.exp(logit);
      }
      for (int k = 0; k < logits[row].length; k++) {
        assertThat(probabilities.getDouble(row, k))
            .isCloseTo(Math.exp(logits[row][k]) / sum, within(1e-5));
      }
    }
  }

  private static DataSet minibatch(int number) {
    double[] shape = ORACLE.vector("minibatches/" + number + "/shape");
    double[] x = ORACLE.vector("minibatches/" + number + "/x");
    long[] sizes = {(long) shape[0], (long) shape[1], (long) shape[2], (long) shape[3]};
    float[] narrow = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      narrow[i] = (float) x[i];
    }
    INDArray labels = Nd4j.zeros(sizes[0], 3);
    labels.getColumn(0).assign(1);
    return new DataSet(Nd4j.create(narrow, sizes, 'c'), labels);
  }

  private static ComputationGraph network(boolean logDeviation) {
    ComputationGraph net =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .updater(new org.nd4j.linalg.learning.config.Sgd(1))
                .graphBuilder()
                .addInputs("in")
                .addLayer("conv0", convolution(3), "in")
                .addLayer("norm1", norm(logDeviation), "conv0")
                .addLayer("relu2", new ActivationLayer(Activation.RELU), "norm1")
                .addLayer("conv3", convolution(4), "relu2")
                .addLayer("norm4", norm(logDeviation), "conv3")
                .addLayer("relu5", new ActivationLayer(Activation.RELU), "norm4")
                .addLayer("mean", new GlobalPoolingLayer(PoolingType.AVG), "relu5")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "mean")
                .setOutputs("out")
                .setInputTypes(InputType.convolutional(6, 6, 2))
                .build());
    net.init();
    set(net, "conv0_W", "0.weight");
    set(net, "norm1_gamma", "1.weight");
    set(net, "norm1_beta", "1.bias");
    set(net, "conv3_W", "3.weight");
    set(net, "norm4_gamma", "4.weight");
    set(net, "norm4_beta", "4.bias");
    set(net, "out_b", "8.bias");
    double[] dense = ORACLE.vector("parameters/8.weight"); // [out, in] there, [in, out] here
    for (int out = 0; out < 3; out++) {
      for (int in = 0; in < 4; in++) {
        net.getParam("out_W").putScalar(in, out, dense[4 * out + in]);
      }
    }
    return net;
  }

  private static void set(ComputationGraph net, String ours, String theirs) {
    INDArray parameter = net.getParam(ours);
    double[] values = ORACLE.vector("parameters/" + theirs);
    float[] narrow = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      narrow[i] = (float) values[i];
    }
    parameter.assign(Nd4j.create(narrow, parameter.shape(), 'c'));
  }

  private static ConvolutionLayer convolution(int out) {
    return new ConvolutionLayer.Builder(3, 3)
        .nOut(out)
        .convolutionMode(ConvolutionMode.Same)
        .hasBias(false)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static BatchNormalization norm(boolean logDeviation) {
    return new BatchNormalization.Builder().eps(1e-5).useLogStd(logDeviation).build();
  }
}
