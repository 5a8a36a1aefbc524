package io.millrace.training;

import io.millrace.bench.BenchReport;
import io.millrace.bench.Benchmark;
import io.millrace.replica.TrainerConfig;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * One averaging round of 25.6 M parameters with momentum and 2 workers, against DL4J's master. The
 * network looks up one row of a wide table, so that there is next to nothing to train; DL4J's
 * master cannot do without an update, and so both sides make one and count it.
 */
public final class RoundBench implements Benchmark {
  private static final int ROWS = 25_600;
  private static final int WIDTH = 1000;

  @Override
  public void run(BenchReport report) throws Exception {
    try (JavaSparkContext spark = Bench.spark();
        AveragingTrainingMaster master =
            new AveragingTrainingMaster(new TrainerConfig(2, 1), Bench.recipe())) {
      SparkComputationGraph ours = new SparkComputationGraph(spark, net(), master);
      SparkComputationGraph peer = new SparkComputationGraph(spark, net(), Bench.peer(1, 1));
      JavaRDD<DataSet> round =
          new InMemoryRounds(spark.sc(), 2, 1, 1, RoundBench::example).toJavaRDD();
      JavaRDD<DataSet> examples = spark.parallelize(List.of(example(0), example(1)), 2);
      double[] seconds = Bench.alternate(() -> ours.fit(round), () -> peer.fit(examples));
      report.atLeast(
          "one round of 25.6 M parameters with momentum, s",
          seconds[0],
          seconds[1],
          seconds[1] / seconds[0],
          8);
    }
  }

  static DataSet example(int worker) {
    return new DataSet(Nd4j.ones(1, 1).muli(worker), Nd4j.ones(1, 1));
  }

  static ComputationGraph net() {
    ComputationGraph net =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .updater(new Nesterovs(Bench.RATE, Bench.MOMENTUM))
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "table",
                    new EmbeddingLayer.Builder()
                        .nIn(ROWS)
                        .nOut(WIDTH)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "in")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(WIDTH)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "table")
                .setOutputs("out")
                .build());
    net.init();
    return net;
  }
}
