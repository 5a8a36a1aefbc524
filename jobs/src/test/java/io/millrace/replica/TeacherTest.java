package io.millrace.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.SharedSpark;
import io.millrace.model.ClassOutput;
import io.millrace.model.NetworkCopy;
import io.millrace.model.NetworkJson;
import io.millrace.model.ParameterLayout;
import io.millrace.model.layers.FastPath;
import io.millrace.training.Nets;
import io.millrace.wire.WeightVector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class TeacherTest {
  private static final String RUN = "teaching";
  private static final int CLASSES = 3;
  private static final int BATCH = 7;
  private static final int[] AS_THEY_ARE = {0, 1, 2};

  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext());
  private final ComputationGraph net = Nets.dense(new Sgd(0.1));
  private final INDArray features = Nd4j.rand(DataType.FLOAT, 40, 5).muli(4).subi(2);

  private TeacherSpec spec(long cacheBytes, int... outputs) {
    ComputationGraphConfiguration logits = NetworkCopy.of(net.getConfiguration());
    ClassOutput.of(logits).giveLogits();
    return new TeacherSpec(
        NetworkJson.of(logits),
        ParameterLayout.of(net),
        spark.broadcast(WeightVector.of(net.params().dup().data().asFloat()).slices()),
        outputs,
        cacheBytes);
  }

  private static Teacher teacher(TeacherSpec spec) {
    return new Teacher(spec, RUN, BATCH, FastPath.TRUE);
  }

  /** Examples with their ids, and targets that tell them apart. */
  private DataSet minibatch(List<Long> ids) {
    INDArray rows = Nd4j.create(DataType.FLOAT, ids.size(), 5);
    INDArray targets = Nd4j.create(DataType.FLOAT, ids.size(), CLASSES);
    for (int i = 0; i < ids.size(); i++) {
      rows.putRow(i, features.getRow(ids.get(i)));
      targets.putScalar(i, 0, ids.get(i));
    }
    DataSet minibatch = new DataSet(rows, targets);
    minibatch.setExampleMetaData(ids);
    return minibatch;
  }

  private static List<Long> ids(long from, long to) {
    return LongStream.range(from, to).boxed().toList();
  }

  @Test
  void logitsStandBehindTheTargetsInTheOrderOfTheSetsClasses() {
    Teacher teacher = teacher(spec(0, 2, 0, 1));
    DataSet taught = teacher.teach(minibatch(ids(3, 8)));
    assertThat(taught.getLabels().shape()).containsExactly(5, 2 * CLASSES);
    INDArray hidden = net.feedForward(features, false).get("hidden");
    INDArray logits =
        hidden
            .mmul(net.getLayer("out").getParam("W"))
            .addRowVector(net.getLayer("out").getParam("b"));
    for (int i = 0; i < 5; i++) {
      assertThat(taught.getLabels().getDouble(i, 0)).isEqualTo(3 + i);
      for (int k = 0; k < CLASSES; k++) {
        int output = (k + 2) % CLASSES;
        assertThat(taught.getLabels().getDouble(i, CLASSES + k))
            .isEqualTo(logits.getDouble(3 + i, output), within(1e-5));
      }
    }
    teacher.close();
  }

  @Test
  void keptLogitsAreThoseThatWouldBeComputedWhateverTheCompany() {
    float[][] anew = epochs(0);
    for (int room : new int[] {40, 5}) {
      long bytes = room * TeacherSpec.logitBytes(CLASSES);
      LogitCache cache = LogitCache.join(RUN, bytes, CLASSES);
      assertThat(epochs(bytes)).isDeepEqualTo(anew);
      assertThat(cache.size()).isEqualTo(room);
      LogitCache.leave(RUN);
    }
  }

  /** The targets of three epochs, each in an order of its own. */
  private float[][] epochs(long cacheBytes) {
    Teacher teacher = teacher(spec(cacheBytes, AS_THEY_ARE));
    List<float[]> labels = new ArrayList<>();
    for (int epoch = 0; epoch < 3; epoch++) {
      List<Long> order = new ArrayList<>(ids(0, 40));
      Collections.shuffle(order, new Random(epoch));
      for (int from = 0; from < 40; from += BATCH) {
        DataSet minibatch = minibatch(order.subList(from, Math.min(40, from + BATCH)));
        labels.add(teacher.teach(minibatch).getLabels().dup('c').data().asFloat());
      }
    }
    teacher.close();
    return labels.toArray(float[][]::new);
  }

  @Test
  void examplesWithoutIdsAreTaughtAnew() {
    Teacher teacher = teacher(spec(1 << 20, AS_THEY_ARE));
    DataSet named = minibatch(ids(0, 4));
    float[] labels = teacher.teach(named).getLabels().dup('c').data().asFloat();
    DataSet nameless = new DataSet(named.getFeatures(), named.getLabels());
    assertThat(teacher.teach(nameless).getLabels().dup('c').data().asFloat()).isEqualTo(labels);
    teacher.close();
  }

  @Test
  void logitsAreKeptForARunUntilItsLastTeacherLeaves() {
    LogitCache first = LogitCache.join(RUN, 1 << 10, CLASSES);
    first.put(1, new float[CLASSES]);
    LogitCache second = LogitCache.join(RUN, 1 << 10, CLASSES);
    assertThat(second.get(1)).hasSize(CLASSES);
    assertThat(LogitCache.join("other", 1 << 10, CLASSES).get(1)).isNull();
    LogitCache.leave("other");
    LogitCache.leave(RUN);
    assertThat(LogitCache.join(RUN, 1 << 10, CLASSES)).isSameAs(first);
    LogitCache.leave(RUN);
    LogitCache.leave(RUN);
    assertThat(LogitCache.join(RUN, 1 << 10, CLASSES).get(1)).isNull();
    LogitCache.leave(RUN);
  }

  @Test
  void passesDivideAMinibatchEvenly() {
    assertThat(TeacherSpec.rows(1)).isEqualTo(1);
    assertThat(TeacherSpec.rows(64)).isEqualTo(64);
    assertThat(TeacherSpec.rows(65)).isEqualTo(33);
    assertThat(TeacherSpec.rows(128)).isEqualTo(64);
    assertThat(TeacherSpec.rows(100)).isEqualTo(50);
  }
}
