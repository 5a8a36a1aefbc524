package io.millrace.training;

import io.millrace.bench.BenchReport;
import io.millrace.bench.Work;
import io.millrace.recipe.Nesterov;
import io.millrace.recipe.OptimizerConfig;
import io.millrace.recipe.Recipe;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;

/** What the trainer's benchmarks share: the context, the peer, alternating runs. */
final class Bench {
  static final int RUNS = 5;
  static final double RATE = 1e-3;
  static final double MOMENTUM = 0.9;

  private Bench() {}

  /** Spark on two cores with the settings that {@code deploy/submit} gives it. */
  static JavaSparkContext spark() throws IOException {
    return new JavaSparkContext(conf());
  }

  static SparkConf conf() throws IOException {
    Properties shipped = new Properties();
    try (Reader file = Files.newBufferedReader(Path.of("conf", "spark-defaults.conf"))) {
      shipped.load(file);
    }
    SparkConf conf = new SparkConf().setAppName("bench");
    shipped.forEach((key, value) -> conf.set((String) key, (String) value));
    return conf.setMaster("local[2,4]")
        .set("spark.ui.enabled", "false")
        .set("spark.driver.host", "127.0.0.1")
        .set("spark.driver.bindAddress", "127.0.0.1");
  }

  /** The optimiser as {@code train} has it. */
  static Recipe recipe() {
    OptimizerConfig optimizer = new OptimizerConfig(new Nesterov(MOMENTUM), 0, false);
    return Recipe.of(optimizer, update -> RATE);
  }

  /** DL4J's own master at its best settings. */
  static ParameterAveragingTrainingMaster peer(int batch, int every) {
    return new ParameterAveragingTrainingMaster.Builder(2, batch)
        .batchSizePerWorker(batch)
        .averagingFrequency(every)
        .workerPrefetchNumBatches(2)
        .saveUpdater(true)
        .rddTrainingApproach(RDDTrainingApproach.Direct)
        .repartionData(Repartition.Never)
        .build();
  }

  /** Median seconds of both, run in turns after a warm-up of each. */
  static double[] alternate(Work ours, Work peer) throws Exception {
    Work.warmUp(ours);
    Work.warmUp(peer);
    return inTurns(ours, peer);
  }

  /** The same where a run of the peer takes minutes, and less of its work warms it up. */
  static double[] alternate(Work ours, Work peer, Work lessOfPeer) throws Exception {
    Work.warmUp(ours);
    lessOfPeer.run();
    return inTurns(ours, peer);
  }

  private static double[] inTurns(Work ours, Work peer) throws Exception {
    double[] first = new double[RUNS];
    double[] second = new double[RUNS];
    for (int i = 0; i < RUNS; i++) {
      first[i] = Work.seconds(ours);
      second[i] = Work.seconds(peer);
    }
    return new double[] {BenchReport.median(first), BenchReport.median(second)};
  }
}
