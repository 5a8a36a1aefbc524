package io.millrace.training;

import io.millrace.bench.BenchReport;
import io.millrace.replica.TrainerConfig;
import io.millrace.wire.Measures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.nd4j.linalg.dataset.DataSet;

/** Rounds of a network on minibatches in memory, with what each of them took. */
final class TimedRounds implements AutoCloseable {
  private static final double NANOS = 1e9;

  private final int workers;
  private final int every;
  private final AveragingTrainingMaster master;
  private final SparkComputationGraph net;
  private final JavaRDD<DataSet> data;
  private final List<Measures> measured = new ArrayList<>();

  TimedRounds(
      JavaSparkContext spark,
      ComputationGraph network,
      int workers,
      int batch,
      int every,
      int rounds,
      InMemoryRounds.Source source) {
    this.workers = workers;
    this.every = every;
    TrainerConfig settings =
        new TrainerConfig(workers, batch).every(every).startTimeout(Duration.ZERO);
    this.master = new AveragingTrainingMaster(settings, Bench.recipe());
    this.net = new SparkComputationGraph(spark, network, master);
    this.data = new InMemoryRounds(spark.sc(), workers, rounds, every, source).toJavaRDD();
    master.listen(round -> measured.add(round.measures()));
  }

  int workers() {
    return workers;
  }

  int every() {
    return every;
  }

  void train() {
    net.fit(data);
  }

  /** Forgets what was measured until now. */
  void forget() {
    measured.clear();
  }

  /** The median over the rounds, in seconds. */
  double seconds(String name) {
    return median(round -> round.sum(name) / NANOS);
  }

  double median(ToDoubleFunction<Measures> value) {
    return BenchReport.median(measured.stream().mapToDouble(value).toArray());
  }

  @Override
  public void close() {
    master.close();
  }
}
