package io.millrace.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.SharedSpark;
import io.millrace.model.ClassOutput;
import io.millrace.model.NetworkCopy;
import io.millrace.model.NetworkJson;
import io.millrace.model.ParameterLayout;
import io.millrace.model.layers.FastPath;
import io.millrace.recipe.CrossEntropy;
import io.millrace.recipe.Distillation;
import io.millrace.recipe.Objective;
import io.millrace.replica.ReplicaPool;
import io.millrace.replica.ReplicaSpec;
import io.millrace.replica.TeacherSpec;
import io.millrace.replica.TrainerConfig;
import io.millrace.wire.WeightVector;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;

/** A teacher beside the network that learns, through Spark. */
class DistillationTest {
  private static final int EXAMPLES = 24;
  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext());
  private final List<DataSet> examples = Nets.examples(EXAMPLES, 3);

  @Test
  void workersAreOneProcessWithATeacherToo() {
    ComputationGraph one = taught(1, EXAMPLES, 0.5, 2, 3);
    assertThat(Nets.distance(one.params(), taught(3, EXAMPLES / 3, 0.5, 2, 3).params()))
        .isLessThan(1e-6);
    assertThat(Nets.distance(one.params(), taught(1, EXAMPLES, 0.5, 0.5, 3).params()))
        .isGreaterThan(1e-3);
    assertThat(ReplicaPool.idle(ReplicaSpec.class)).isZero();
  }

  @Test
  void aTeacherOfNoWeightLeavesNoTrace() {
    ComputationGraph one = taught(2, 5, 1, 2, 3);
    assertThat(taught(2, 5, 1, 0.5, 3).params()).isEqualTo(one.params());
  }

  @Test
  void withoutHardTargetsTheStudentBecomesItsTeacher() {
    ComputationGraph teacher = teacher(3);
    INDArray features = DataSet.merge(examples).getFeatures();
    INDArray wanted = teacher.outputSingle(features).dup();
    double before = Nets.distance(Nets.plain(new Sgd(0.5)).outputSingle(features), wanted);
    double after = Nets.distance(taught(1, EXAMPLES, 0, 3, 80).outputSingle(features), wanted);
    assertThat(before).isGreaterThan(0.3);
    assertThat(after).isLessThan(before / 4);
  }

  @Test
  void aTaskThatFailsTakesItsTeacherWithItAndChangesNothing() {
    float[] clean = faulty((round, worker, context) -> {});
    AtomicInteger strikes = new AtomicInteger();
    float[] struck =
        faulty(
            (round, worker, context) -> {
              if (round == 1 && worker == 1 && context.attemptNumber() == 0) {
                strikes.incrementAndGet();
                throw new IllegalStateException("struck");
              }
            });
    assertThat(strikes).hasPositiveValue();
    assertThat(struck).isEqualTo(clean);
  }

  private float[] faulty(FaultyRounds.Fault fault) {
    ComputationGraph net = Nets.plain(new Sgd(0.5));
    FaultyRounds.fault = fault;
    try (TeacherSpec teacher = spec(teacher(2));
        AveragingTrainingMaster master =
            new AveragingTrainingMaster(settings(2, 4, 0.5).every(2).taughtBy(teacher))) {
      new SparkComputationGraph(spark, net, master).fit(new FaultyRounds(spark.sc()).toJavaRDD());
      return net.params().dup().data().asFloat();
    } finally {
      FaultyRounds.fault = (round, worker, context) -> {};
    }
  }

  @Test
  void aTeacherAndItsWeightInTheLossGoTogether() {
    ComputationGraph net = Nets.plain(new Sgd(0.5));
    try (AveragingTrainingMaster master = new AveragingTrainingMaster(settings(1, 4, 0.5))) {
      var training = new SparkComputationGraph(spark, net, master);
      assertThatThrownBy(() -> training.fit(spark.parallelize(examples, 2)))
          .hasMessage(
              "Cannot train: distillation and a teacher go together, one of them is missing");
    }
  }

  @Test
  void theTeacherTeachesTheSameOnEveryPath() {
    ComputationGraph fast = taught(2, 5, 0.5, 2, 3);
    for (FastPath path : List.of(FastPath.FALSE, FastPath.OPS)) {
      ComputationGraph other = taught(settings(2, 5, 0.5).fastPath(path), 2, 3);
      assertThat(Nets.distance(fast.params(), other.params())).isLessThan(1e-6);
    }
  }

  private static TrainerConfig settings(int workers, int batch, double hardWeight) {
    Objective objective =
        new Objective(new CrossEntropy(), List.of(), new Distillation(2, hardWeight));
    return new TrainerConfig(workers, batch).startTimeout(Duration.ZERO).minimising(objective);
  }

  /** Weights so many times those of a network that was just made. */
  private static ComputationGraph teacher(double scale) {
    ComputationGraph teacher = Nets.plain(new Sgd(1));
    teacher.params().muli(scale);
    return teacher;
  }

  private ComputationGraph taught(
      int workers, int batch, double hardWeight, double scale, int epochs) {
    return taught(settings(workers, batch, hardWeight), scale, epochs);
  }

  private ComputationGraph taught(TrainerConfig settings, double scale, int epochs) {
    ComputationGraph net = Nets.plain(new Sgd(0.5));
    try (TeacherSpec teacher = spec(teacher(scale));
        AveragingTrainingMaster master = new AveragingTrainingMaster(settings.taughtBy(teacher))) {
      var training = new SparkComputationGraph(spark, net, master);
      for (int epoch = 0; epoch < epochs; epoch++) {
        training.fit(spark.parallelize(examples, 2));
      }
    }
    return net;
  }

  private TeacherSpec spec(ComputationGraph teacher) {
    ComputationGraphConfiguration logits = NetworkCopy.of(teacher.getConfiguration());
    ClassOutput.of(logits).giveLogits();
    return new TeacherSpec(
        NetworkJson.of(logits),
        ParameterLayout.of(teacher),
        spark.broadcast(WeightVector.of(teacher.params().dup().data().asFloat()).slices()),
        new int[] {0, 1, 2},
        0);
  }
}
