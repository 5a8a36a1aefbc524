package io.millrace.training;

import io.millrace.bench.BenchReport;
import io.millrace.bench.Benchmark;
import io.millrace.model.ImageShape;
import io.millrace.model.architecture.CifarResNet;
import io.millrace.model.architecture.CifarResNet.Shortcut;
import io.millrace.model.architecture.NetworkPurpose;
import io.millrace.replica.TrainerConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;

/**
 * Images/s of ResNet-20, 2 workers, batch 64 each, against DL4J's master. That one takes minutes
 * for every 8, some 5 to 11 images/s: {@code deploy/bench train} ends after a quarter of an hour.
 */
public final class TrainBench implements Benchmark {
  static final int BATCH = 64;

  @Override
  public void run(BenchReport report) throws Exception {
    for (int every : new int[] {1, 8}) {
      try (JavaSparkContext spark = Bench.spark();
          AveragingTrainingMaster master =
              new AveragingTrainingMaster(
                  new TrainerConfig(2, BATCH).every(every), Bench.recipe())) {
        SparkComputationGraph ours = new SparkComputationGraph(spark, net(), master);
        SparkComputationGraph peer =
            new SparkComputationGraph(spark, net(), Bench.peer(BATCH, every));
        JavaRDD<DataSet> rounds =
            new InMemoryRounds(spark.sc(), 2, 1, every, TrainBench::minibatch).toJavaRDD();
        JavaRDD<DataSet> data = minibatches(spark, every);
        JavaRDD<DataSet> one = minibatches(spark, 1);
        double[] seconds =
            Bench.alternate(() -> ours.fit(rounds), () -> peer.fit(data), () -> peer.fit(one));
        double images = 2.0 * BATCH * every;
        report.atLeast(
            "ResNet-20, 2 workers, every " + every + ", images/s",
            images / seconds[0],
            images / seconds[1],
            seconds[1] / seconds[0],
            15);
      }
    }
  }

  private static JavaRDD<DataSet> minibatches(JavaSparkContext spark, int every) {
    List<DataSet> minibatches = new ArrayList<>();
    for (int worker = 0; worker < 2; worker++) {
      minibatches.addAll(Collections.nCopies(every, minibatch(worker)));
    }
    return spark.parallelize(minibatches, 2);
  }

  static ComputationGraph net() {
    ComputationGraph net =
        new ComputationGraph(
            new CifarResNet(20, 16, Shortcut.PROJECTION, true)
                .configuration(
                    new NetworkPurpose(
                        new ImageShape(32, 32, 3),
                        10,
                        new Nesterovs(Bench.RATE, Bench.MOMENTUM),
                        1)));
    net.init();
    return net;
  }

  static DataSet minibatch(int worker) {
    return Minibatches.OF_WORKER.get(worker);
  }

  private static final class Minibatches {
    static final List<DataSet> OF_WORKER = List.of(random(BATCH), random(BATCH));
  }

  static DataSet random(int batch) {
    DataSet data =
        new DataSet(
            Nd4j.rand(DataType.FLOAT, batch, 32, 32, 3).permute(0, 3, 1, 2), Nd4j.zeros(batch, 10));
    for (int row = 0; row < batch; row++) {
      data.getLabels().putScalar(row, row % 10, 1);
    }
    return data;
  }
}
