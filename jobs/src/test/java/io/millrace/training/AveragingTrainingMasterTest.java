package io.millrace.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.SharedSpark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Nesterovs;

class AveragingTrainingMasterTest {
  private static final int EXAMPLES = 43;
  private static final int BATCH = 4;
  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext());
  private final List<DataSet> examples = Nets.examples(EXAMPLES, 3);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void workersAreOneProcessOnTheGlobalBatch(int workers) {
    ComputationGraph reference = Nets.dense(new Nesterovs(0.1, 0.9));
    for (DataSet batch : globalBatches(workers)) {
      reference.fit(batch);
    }
    ComputationGraph trained = Nets.dense(new Nesterovs(0.1, 0.9));
    try (AveragingTrainingMaster master = new AveragingTrainingMaster(settings(workers))) {
      new SparkComputationGraph(spark, trained, master).fit(data());
    }
    assertThat(Nets.distance(trained.params(), reference.params()))
        .isLessThanOrEqualTo(workers == 1 ? 0 : 1e-6);
    assertThat(
            Nets.distance(
                trained.getUpdater().getStateViewArray(),
                reference.getUpdater().getStateViewArray()))
        .isLessThanOrEqualTo(workers == 1 ? 0 : 1e-6);
    assertThat(trained.getIterationCount()).isEqualTo(reference.getIterationCount());
    assertThat(trained.getEpochCount()).isEqualTo(1);
  }

  private TrainerConfig settings(int workers) {
    return new TrainerConfig(workers, BATCH).startTimeout(Duration.ZERO);
  }

  private JavaRDD<DataSet> data() {
    return spark.parallelize(examples, 3);
  }

  /** The examples of each update over all workers, by the words of the plan. */
  private List<DataSet> globalBatches(int workers) {
    List<List<DataSet>> shares = new ArrayList<>();
    int start = 0;
    for (int worker = 0; worker < workers; worker++) {
      int share = EXAMPLES / workers + (worker < EXAMPLES % workers ? 1 : 0);
      shares.add(examples.subList(start, start + share));
      start += share;
    }
    List<DataSet> batches = new ArrayList<>();
    for (int from = 0; from < shares.get(0).size(); from += BATCH) {
      List<DataSet> batch = new ArrayList<>();
      for (List<DataSet> share : shares) {
        batch.addAll(
            share.subList(Math.min(from, share.size()), Math.min(from + BATCH, share.size())));
      }
      batches.add(DataSet.merge(batch));
    }
    return batches;
  }
}
