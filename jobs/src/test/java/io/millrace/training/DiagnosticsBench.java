package io.millrace.training;

import io.millrace.bench.BenchReport;
import io.millrace.bench.Benchmark;
import io.millrace.bench.Work;
import io.millrace.config.Choices;
import io.millrace.diagnostics.Diagnostic;
import io.millrace.diagnostics.Sampling;
import io.millrace.evaluate.LookWork;
import io.millrace.exchange.AveragingConfig.State;
import io.millrace.exchange.Exchange;
import io.millrace.exchange.Gradients;
import io.millrace.exchange.Weights;
import io.millrace.exchange.Wire;
import io.millrace.replica.TrainerConfig;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.nd4j.linalg.dataset.DataSet;

/**
 * What diagnostics cost: rounds of ResNet-20, 2 workers, batch 64 each, every one of them measured
 * by all diagnostics, against the same rounds without; and a look at an image against its training.
 * At the default share both make up a hundredth or two of that, which is the last row.
 */
public final class DiagnosticsBench implements Benchmark {
  private static final int ROUNDS = 8;
  private static final double SHARE = 0.02;

  @Override
  public void run(BenchReport report) throws Exception {
    double worst = 0;
    double trained = 0;
    for (Exchange exchange : List.of(new Weights(), new Gradients())) {
      double[] seconds = train(exchange);
      String name = exchange.updatesOnDriver() ? "gradients" : "weights";
      report.atMost(
          "ResNet-20 by %s, each round measured / none, s a round".formatted(name),
          seconds[0] / ROUNDS,
          seconds[1] / ROUNDS,
          seconds[0] / seconds[1],
          1.5);
      worst = Math.max(worst, seconds[0] / seconds[1] - 1);
      // Two workers on two cores: an image takes twice as long on its own core.
      trained = 2 * seconds[1] / (2.0 * TrainBench.BATCH * ROUNDS);
    }
    double look = look() / LookWork.IMAGES;
    report.atMost(
        "activations of an image / its training, ms on one core",
        1e3 * look,
        1e3 * trained,
        look / trained,
        0.8);
    report.atMost(
        "diagnostics at a share of %s / training without, s a second".formatted(SHARE),
        1 + SHARE * (worst + look / trained),
        1,
        1 + SHARE * (worst + look / trained),
        1.02);
  }

  private static double[] train(Exchange exchange) throws Exception {
    TrainerConfig plain =
        new TrainerConfig(2, TrainBench.BATCH).exchanging(State.AVERAGE, exchange, Wire.FP32);
    Sampling all = new Sampling(Choices.defaults(Diagnostic.class), 1, ROUNDS);
    try (JavaSparkContext spark = Bench.spark();
        AveragingTrainingMaster measured =
            new AveragingTrainingMaster(plain.diagnosed(all), Bench.recipe());
        AveragingTrainingMaster without = new AveragingTrainingMaster(plain, Bench.recipe())) {
      var ours = new SparkComputationGraph(spark, TrainBench.net(), measured);
      var peer = new SparkComputationGraph(spark, TrainBench.net(), without);
      JavaRDD<DataSet> rounds =
          new InMemoryRounds(spark.sc(), 2, ROUNDS, 1, TrainBench::minibatch).toJavaRDD();
      return Bench.alternate(() -> ours.fit(rounds), () -> peer.fit(rounds));
    }
  }

  private static double look() throws Exception {
    LookWork work = new LookWork(TrainBench.net());
    Work.warmUp(work);
    double[] seconds = new double[Bench.RUNS];
    for (int i = 0; i < seconds.length; i++) {
      seconds[i] = Work.seconds(work);
    }
    return BenchReport.median(seconds);
  }
}
