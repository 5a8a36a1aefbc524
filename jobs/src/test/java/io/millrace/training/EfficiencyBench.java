package io.millrace.training;

import io.millrace.backend.Devices;
import io.millrace.bench.BenchReport;
import io.millrace.bench.Benchmark;
import io.millrace.recipe.Pace;
import io.millrace.recipe.RoundOrder;
import io.millrace.replica.Replica;
import io.millrace.replica.ReplicaNetwork;
import io.millrace.replica.ReplicaSpec;
import io.millrace.replica.TrainableNet;
import io.millrace.replica.TrainerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Images/s of 2 workers that train ResNet-20 through Spark and average every 8 updates, against 2
 * bare replicas side by side; both on the same minibatches in memory.
 */
public final class EfficiencyBench implements Benchmark {
  private static final int EVERY = 8;
  private static final int ROUNDS = 2;

  @Override
  public void run(BenchReport report) throws Exception {
    TrainerConfig settings = new TrainerConfig(2, TrainBench.BATCH).every(EVERY);
    try (JavaSparkContext spark = Bench.spark();
        AveragingTrainingMaster master = new AveragingTrainingMaster(settings, Bench.recipe())) {
      ComputationGraph net = TrainBench.net();
      ReplicaSpec spec = ReplicaSpec.of("bare", new TrainableNet(net), Bench.recipe(), settings);
      List<Replica<ReplicaNetwork>> bare =
          List.of(new Replica<>(spec, Devices.NONE), new Replica<>(spec, Devices.NONE));
      SparkComputationGraph ours = new SparkComputationGraph(spark, net, master);
      JavaRDD<DataSet> rounds =
          new InMemoryRounds(spark.sc(), 2, ROUNDS, EVERY, TrainBench::minibatch).toJavaRDD();
      double[] seconds = Bench.alternate(() -> ours.fit(rounds), () -> train(bare));
      double images = 2.0 * TrainBench.BATCH * EVERY * ROUNDS;
      report.atLeast(
          "ResNet-20, 2 workers, every 8, images/s",
          images / seconds[0],
          images / seconds[1],
          seconds[1] / seconds[0],
          0.95);
      bare.forEach(Replica::discard);
    }
  }

  private static void train(List<Replica<ReplicaNetwork>> replicas) throws Exception {
    List<Future<Double>> running = new ArrayList<>();
    for (int worker = 0; worker < replicas.size(); worker++) {
      int index = worker;
      running.add(
          replicas
              .get(worker)
              .submit(
                  network -> {
                    RoundOrder order = new Pace(Bench.recipe()).order(0, 0, EVERY * ROUNDS, 0);
                    double loss = 0;
                    for (int update = 0; update < EVERY * ROUNDS; update++) {
                      loss += network.fit(TrainBench.minibatch(index), order, update, update);
                    }
                    return loss;
                  }));
    }
    for (Future<Double> each : running) {
      each.get();
    }
  }
}
