package io.millrace.training;

import io.millrace.bench.BenchReport;
import io.millrace.bench.Benchmark;
import io.millrace.bench.TorchPeer;
import io.millrace.replica.TrainerConfig;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Images/s of 2 workers that train ResNet-20 through Spark and are averaged after every update,
 * against PyTorch's DistributedDataParallel over gloo with 2 processes: {@code deploy/bench ddp}.
 */
public final class DdpBench implements Benchmark {
  private static final int IMAGES = 64 * 16;

  @Override
  public void run(BenchReport report) throws Exception {
    for (Batch batch : Batch.values()) {
      try (JavaSparkContext spark = Bench.spark();
          TorchPeer peer = TorchPeer.distributed(batch.size, batch.updates());
          AveragingTrainingMaster master =
              new AveragingTrainingMaster(new TrainerConfig(2, batch.size), Bench.recipe())) {
        SparkComputationGraph ours = new SparkComputationGraph(spark, TrainBench.net(), master);
        JavaRDD<DataSet> rounds =
            new InMemoryRounds(spark.sc(), 2, batch.updates(), 1, batch).toJavaRDD();
        double[] seconds = Bench.alternate(() -> ours.fit(rounds), peer::seconds);
        report.atLeast(
            "ResNet-20, 2 workers, every 1, batch %d, images/s".formatted(batch.size),
            2.0 * IMAGES / seconds[0],
            2.0 * IMAGES / seconds[1],
            seconds[1] / seconds[0],
            1.1);
      }
    }
  }

  /** Minibatches of a size, the same ones in each round. */
  private enum Batch implements InMemoryRounds.Source {
    SMALL(64),
    LARGE(256);

    private final int size;
    private final List<DataSet> minibatches;

    Batch(int size) {
      this.size = size;
      minibatches = List.of(TrainBench.random(size), TrainBench.random(size));
    }

    int updates() {
      return IMAGES / size;
    }

    @Override
    public DataSet minibatch(int worker) {
      return minibatches.get(worker);
    }
  }
}
