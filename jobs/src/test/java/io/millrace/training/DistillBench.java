package io.millrace.training;

import io.millrace.backend.Devices;
import io.millrace.bench.BenchReport;
import io.millrace.bench.Benchmark;
import io.millrace.bench.Work;
import io.millrace.model.ClassOutput;
import io.millrace.model.NetworkCopy;
import io.millrace.model.NetworkJson;
import io.millrace.model.ParameterLayout;
import io.millrace.recipe.CrossEntropy;
import io.millrace.recipe.Distillation;
import io.millrace.recipe.Objective;
import io.millrace.recipe.Pace;
import io.millrace.recipe.RoundOrder;
import io.millrace.replica.Replica;
import io.millrace.replica.ReplicaNetwork;
import io.millrace.replica.ReplicaSpec;
import io.millrace.replica.TeacherSpec;
import io.millrace.replica.TrainableNet;
import io.millrace.replica.TrainerConfig;
import io.millrace.wire.WeightVector;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * What a teacher costs: an update of ResNet-20 that is taught by another ResNet-20 / one that is
 * not, on one thread. A forward pass is about a third of an update, so that more than 1.4 is waste.
 */
public final class DistillBench implements Benchmark {
  private static final int UPDATES = 4;

  @Override
  public void run(BenchReport report) throws Exception {
    TrainerConfig alone = new TrainerConfig(1, TrainBench.BATCH);
    Objective objective = new Objective(new CrossEntropy(), List.of(), new Distillation(20, 0.5));
    try (JavaSparkContext spark = Bench.spark();
        TeacherSpec teacher = teacher(spark, TrainBench.net())) {
      Replica<ReplicaNetwork> ours =
          replica("taught", alone.minimising(objective).taughtBy(teacher));
      Replica<ReplicaNetwork> peer = replica("alone", alone);
      double[] seconds = Bench.alternate(updates(ours), updates(peer));
      report.atMost(
          "ResNet-20 update taught by a ResNet-20 / without a teacher, batch 64, s",
          seconds[0] / UPDATES,
          seconds[1] / UPDATES,
          seconds[0] / seconds[1],
          1.4);
      ours.discard();
      peer.discard();
    }
  }

  private static Replica<ReplicaNetwork> replica(String run, TrainerConfig settings) {
    TrainableNet net = new TrainableNet(TrainBench.net());
    return new Replica<>(ReplicaSpec.of(run, net, Bench.recipe(), settings), Devices.NONE);
  }

  private static Work updates(Replica<ReplicaNetwork> replica) {
    RoundOrder order = new Pace(Bench.recipe()).order(0, 0, UPDATES, 0);
    return () ->
        replica
            .submit(
                network ->
                    IntStream.range(0, UPDATES)
                        .mapToDouble(u -> network.fit(TrainBench.minibatch(0), order, u, u))
                        .sum())
            .get();
  }

  /** A network without kept logits: what augmentation draws is new each time. */
  private static TeacherSpec teacher(JavaSparkContext spark, ComputationGraph net) {
    ComputationGraphConfiguration logits = NetworkCopy.of(net.getConfiguration());
    ClassOutput.of(logits).giveLogits();
    return new TeacherSpec(
        NetworkJson.of(logits),
        ParameterLayout.of(net),
        spark.broadcast(WeightVector.of(net.params().dup().data().asFloat()).slices()),
        IntStream.range(0, 10).toArray(),
        0);
  }
}
