package io.millrace.training;

import io.millrace.bench.BenchReport;
import io.millrace.bench.Benchmark;
import io.millrace.exchange.AveragingConfig.State;
import io.millrace.exchange.Gradients;
import io.millrace.exchange.Wire;
import io.millrace.replica.TrainerConfig;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Rounds of 25.6 M parameters with momentum and 2 workers that exchange gradients, against weights
 * and state: the network of {@link RoundBench}, an epoch of a few rounds.
 */
public final class GradientsBench implements Benchmark {
  private static final int ROUNDS = 4;

  @Override
  public void run(BenchReport report) throws Exception {
    TrainerConfig byWeights = new TrainerConfig(2, 1);
    TrainerConfig byGradients = byWeights.exchanging(State.AVERAGE, new Gradients(), Wire.FP32);
    try (JavaSparkContext spark = Bench.spark();
        AveragingTrainingMaster gradients =
            new AveragingTrainingMaster(byGradients, Bench.recipe());
        AveragingTrainingMaster weights = new AveragingTrainingMaster(byWeights, Bench.recipe())) {
      var ours = new SparkComputationGraph(spark, RoundBench.net(), gradients);
      var peer = new SparkComputationGraph(spark, RoundBench.net(), weights);
      JavaRDD<DataSet> rounds =
          new InMemoryRounds(spark.sc(), 2, ROUNDS, 1, RoundBench::example).toJavaRDD();
      double[] seconds = Bench.alternate(() -> ours.fit(rounds), () -> peer.fit(rounds));
      report.atMost(
          "a round of 25.6 M parameters with momentum, by gradients / by weights, s",
          seconds[0] / ROUNDS,
          seconds[1] / ROUNDS,
          seconds[0] / seconds[1],
          0.6);
    }
  }
}
