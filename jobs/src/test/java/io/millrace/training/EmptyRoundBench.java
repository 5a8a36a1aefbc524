package io.millrace.training;

import io.millrace.bench.BenchReport;
import io.millrace.bench.Benchmark;
import io.millrace.replica.TrainerConfig;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A round of a net with 10 parameters, against an empty Spark job with as many tasks. */
public final class EmptyRoundBench implements Benchmark {
  private static final int ROUNDS = 100;

  @Override
  public void run(BenchReport report) throws Exception {
    try (JavaSparkContext spark = Bench.spark();
        AveragingTrainingMaster master = new AveragingTrainingMaster(new TrainerConfig(2, 1))) {
      SparkComputationGraph ours = new SparkComputationGraph(spark, net(), master);
      double[] seconds =
          Bench.alternate(
              () ->
                  ours.fit(
                      new InMemoryRounds(spark.sc(), 2, ROUNDS, 1, EmptyRoundBench::example)
                          .toJavaRDD()),
              () -> {
                for (int round = 0; round < ROUNDS; round++) {
                  spark.parallelize(List.of(0, 1), 2).foreachPartition(rows -> {});
                }
              });
      report.atMost(
          "a round of 10 parameters, s",
          seconds[0] / ROUNDS,
          seconds[1] / ROUNDS,
          seconds[0] / seconds[1],
          2);
    }
  }

  private static DataSet example(int worker) {
    return new DataSet(Nd4j.ones(1, 4), Nd4j.ones(1, 2));
  }

  private static ComputationGraph net() {
    ComputationGraph net =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .updater(new Sgd(1e-6))
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(4)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "in")
                .setOutputs("out")
                .build());
    net.init();
    return net;
  }
}
