package io.millrace.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.SharedSpark;
import io.millrace.epoch.RoundCut;
import io.millrace.foreign.ForeignRounds;
import io.millrace.replica.TrainerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BlockId;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.util.SparkUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** RDDs that other programs made. */
class ForeignDataTest {
  private static final AtomicInteger SEED = new AtomicInteger();
  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext());
  private final List<DataSet> examples = Nets.examples(22, 3);
  @TempDir private Path folder;

  private float[] trained(Consumer<SparkComputationGraph> fit) {
    ComputationGraph net = Nets.dense(new Sgd(0.1));
    try (AveragingTrainingMaster master = master()) {
      fit.accept(new SparkComputationGraph(spark, net, master));
    }
    assertThat(net.getIterationCount()).isEqualTo(3);
    return net.params().toFloatVector();
  }

  private static AveragingTrainingMaster master() {
    return new AveragingTrainingMaster(new TrainerConfig(2, 4).startTimeout(Duration.ZERO));
  }

  private float[] trained(List<DataSet> data) {
    return trained(net -> net.fit(spark.parallelize(data, 2)));
  }

  private void refused(DataSet wrong, String why) {
    List<DataSet> data = new ArrayList<>(examples);
    data.add(5, wrong);
    assertThatThrownBy(() -> trained(data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot train on a DataSet: " + why);
  }

  @Test
  void theSameExamplesInOtherWrappingsTrainTheSame() throws IOException {
    float[] expected = trained(examples);
    List<DataSet> doubles = new ArrayList<>();
    List<MultiDataSet> multi = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      DataSet example = examples.get(i);
      doubles.add(
          new DataSet(
              example.getFeatures().castTo(DataType.DOUBLE),
              example.getLabels().castTo(DataType.INT)));
      multi.add(example.toMultiDataSet());
      example.save(folder.resolve("set-%02d.bin".formatted(i)).toFile());
    }
    assertThat(trained(doubles)).isEqualTo(expected);
    assertThat(trained(net -> net.fitMultiDataSet(spark.parallelize(multi, 2))))
        .isEqualTo(expected);
    JavaRDD<String> listed = SparkUtils.listPaths(spark, folder.toString());
    assertThat(trained(net -> net.fit(folder.toString())))
        .isEqualTo(trained(net -> net.fitPaths(listed)));
    JavaRDD<String> sets = spark.parallelize(paths("set"), 2);
    assertThat(trained(net -> net.fitPaths(sets))).isEqualTo(expected);
    for (int i = 0; i < multi.size(); i++) {
      multi.get(i).save(folder.resolve("multi-%02d.bin".formatted(i)).toFile());
    }
    JavaRDD<String> multiSets = spark.parallelize(paths("multi"), 2);
    assertThat(trained(net -> net.fitPathsMultiDataSet(multiSets))).isEqualTo(expected);
  }

  @Test
  void stacksOfLayersTrainOnPathsToo() throws IOException {
    for (int i = 0; i < examples.size(); i++) {
      examples.get(i).save(folder.resolve("set-%02d.bin".formatted(i)).toFile());
    }
    MultiLayerNetwork net = new MultiLayerNetwork(Nets.layers(new Sgd(0.1)));
    MultiLayerNetwork same = new MultiLayerNetwork(Nets.layers(new Sgd(0.1)));
    try (AveragingTrainingMaster master = master()) {
      new SparkDl4jMultiLayer(spark, net, master).fitPaths(spark.parallelize(paths("set"), 2));
      new SparkDl4jMultiLayer(spark, same, master).fit(spark.parallelize(examples, 2));
    }
    assertThat(net.params().toFloatVector()).isEqualTo(same.params().toFloatVector());
  }

  private List<String> paths(String kind) throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(kind))
          .sorted()
          .map(file -> file.toUri().toString())
          .toList();
    }
  }

  @Test
  void dataSetsWithoutExamplesAreLeftOut() {
    float[] expected = trained(examples);
    JavaRDD<DataSet> data =
        spark
            .parallelize(examples, 2)
            .flatMap(
                example ->
                    List.of(
                            new DataSet(),
                            example,
                            new DataSet(Nd4j.empty(DataType.FLOAT), Nd4j.empty(DataType.FLOAT)),
                            new DataSet(
                                Nd4j.create(DataType.FLOAT, 0, 5),
                                Nd4j.create(DataType.FLOAT, 0, 3)))
                        .iterator());
    assertThat(trained(net -> net.fit(data))).isEqualTo(expected);
  }

  @Test
  void whatIsNotFeaturesAndLabelsIsRefused() {
    INDArray features = Nd4j.zeros(2, Nets.FEATURES);
    INDArray labels = Nd4j.zeros(2, Nets.CLASSES);
    refused(new DataSet(features, null), "it has no labels");
    refused(new DataSet(null, labels), "it has no features");
    refused(
        new DataSet(Nd4j.zeros(Nets.FEATURES), labels),
        "its features have rank 1 (must be >= 2, examples first)");
    refused(
        new DataSet(features, Nd4j.zeros(Nets.CLASSES)),
        "its labels have rank 1 (must be >= 2, examples first)");
    refused(
        new DataSet(features, Nd4j.zeros(3, Nets.CLASSES)),
        "it has 2 rows of features and 3 of labels (must be equal)");
    refused(
        new DataSet(features, labels, null, Nd4j.ones(2, 1)),
        "it has masks (must have features and labels alone)");
  }

  @Test
  void multiDataSetsOfMoreThanOneArrayAreRefused() {
    INDArray features = Nd4j.zeros(2, Nets.FEATURES);
    MultiDataSet two =
        new org.nd4j.linalg.dataset.MultiDataSet(
            new INDArray[] {features, features}, new INDArray[] {Nd4j.zeros(2, Nets.CLASSES)});
    assertThatThrownBy(() -> trained(net -> net.fitMultiDataSet(spark.parallelize(List.of(two)))))
        .hasMessage(
            "Cannot train on a MultiDataSet with 2 arrays of features and 1 of labels (must have"
                + " one of each)");
  }

  @Test
  void aFileThatIsNoDataSetIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("text.bin"), "text");
    assertThatThrownBy(() -> trained(net -> net.fit(folder.toString())))
        .hasMessageStartingWith("Cannot read data set file:" + file + ": ");
  }

  @Test
  void examplesThatChangeWhenSparkComputesThemAgainAreNoticed() {
    JavaRDD<DataSet> data =
        spark
            .parallelize(List.of(0, 1), 2)
            .flatMap(part -> Nets.examples(11, SEED.incrementAndGet()).iterator());
    TrainerConfig settings = new TrainerConfig(2, 4).startTimeout(Duration.ZERO);
    try (ForeignRounds rounds =
        new ForeignRounds(data, settings, updates -> RoundCut.fixed(1, updates))) {
      loseBlocks();
      assertThatThrownBy(() -> rounds.minibatches().count())
          .hasMessageMatching(
              "(?s).*Cannot train on: partition [01] of the RDD has other examples now that Spark"
                  + " computed it again \\(must be the same each time: persist it, or checkpoint"
                  + " it\\)\n.*");
    }
  }

  @Test
  void examplesThatStayTheSameMayBeComputedAgain() {
    JavaRDD<DataSet> data = spark.parallelize(examples, 2);
    TrainerConfig settings = new TrainerConfig(2, 4).startTimeout(Duration.ZERO);
    try (ForeignRounds rounds =
        new ForeignRounds(data, settings, updates -> RoundCut.fixed(1, updates))) {
      loseBlocks();
      assertThat(rounds.minibatches().count()).isEqualTo(6);
    }
  }

  /** As when an executor is lost with the partitions that it kept. */
  private static void loseBlocks() {
    var blocks = SparkEnv.get().blockManager();
    var kept = blocks.getMatchingBlockIds(BlockId::isRDD);
    assertThat(kept.isEmpty()).isFalse();
    kept.foreach(
        id -> {
          blocks.removeBlock(id, true);
          return id;
        });
  }
}
