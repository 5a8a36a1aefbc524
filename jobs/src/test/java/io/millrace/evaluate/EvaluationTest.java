package io.millrace.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.SharedSpark;
import io.millrace.cluster.FaultsConfig;
import io.millrace.dataset.Block;
import io.millrace.dataset.BlockReader;
import io.millrace.dataset.EncodedBlock;
import io.millrace.dataset.Split;
import io.millrace.model.layers.FastPath;
import io.millrace.wire.WeightVector;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Serializable;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class EvaluationTest {
  private static final int SIZE = 6;
  private static final int CLASSES = 7;
  private static final NoiseBlocks NOISE = new NoiseBlocks(SIZE, CLASSES);
  private static final int[] ROWS = {10, 3, 8, 1, 10};

  private static ComputationGraphConfiguration net() {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .graphBuilder()
        .addInputs("in")
        .addLayer(
            "conv",
            new ConvolutionLayer.Builder(3, 3).nOut(5).activation(Activation.IDENTITY).build(),
            "in")
        .addLayer("bn", new BatchNormalization.Builder().useLogStd(false).build(), "conv")
        .addLayer(
            "out",
            new OutputLayer.Builder().nOut(CLASSES).activation(Activation.SOFTMAX).build(),
            "bn")
        .setOutputs("out")
        .setInputTypes(InputType.convolutional(SIZE, SIZE, 3))
        .build();
  }

  private static EvaluationReport evaluate(float[] weights, int workers) {
    return evaluate(weights, workers, FastPath.TRUE);
  }

  private static EvaluationReport evaluate(float[] weights, int workers, FastPath path) {
    return evaluate(weights, workers, path, 4);
  }

  private static EvaluationReport evaluate(float[] weights, int workers, FastPath path, int batch) {
    return evaluate(weights, workers, path, batch, false);
  }

  private static EvaluationReport evaluate(
      float[] weights, int workers, FastPath path, int batch, boolean folds) {
    return evaluate(weights, spec(ROWS, path, batch, folds, NOISE, FaultsConfig.DEFAULT), workers);
  }

  private static EvaluationSpec spec(
      int[] rows,
      FastPath path,
      int batch,
      boolean folds,
      BlockReader reader,
      FaultsConfig faults) {
    float[] mean = {0.5f, 0.4f, 0.3f};
    float[] deviation = {0.3f, 0.2f, 0.1f};
    return new EvaluationSpec(
        IntStream.range(0, rows.length).mapToObj(b -> new Block("x", b, rows[b], 1)).toList(),
        reader,
        IntStream.range(0, CLASSES).toArray(),
        new CroppedImages(1, SIZE, SIZE, 3, mean, deviation),
        CLASSES,
        batch,
        faults,
        Evaluation.network(net(), path, folds));
  }

  private static EvaluationReport evaluate(float[] weights, EvaluationSpec spec, int workers) {
    JavaSparkContext spark =
        JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext());
    try (Evaluation evaluation = new Evaluation(spark, Split.VALIDATION, spec, workers)) {
      return evaluation.run(WeightVector.of(weights));
    }
  }

  private static float[] weights(int seed) {
    ComputationGraph net = new ComputationGraph(net());
    net.init();
    INDArray weights = net.params();
    Random random = new Random(seed);
    for (int i = 0; i < weights.length(); i++) {
      weights.putScalar(i, random.nextFloat() - 0.3f);
    }
    // Variances must not be negative.
    net.getLayer("bn").getParam("var").assign(2);
    return weights.dup().data().asFloat();
  }

  @ParameterizedTest
  @CsvSource({"TRUE, false", "TRUE, true", "FALSE, false", "OPS, false"})
  void agreesWithAPlainLoopOfOneImageAtATime(FastPath path, boolean folds) {
    float[] weights = weights(1);
    EvaluationReport report = evaluate(weights, 3, path, 4, folds);

    ComputationGraph net = new ComputationGraph(net());
    net.init();
    net.setParams(Nd4j.create(weights));
    double loss = 0;
    int top1 = 0;
    int top5 = 0;
    long[][] confusion = new long[CLASSES][CLASSES];
    for (int block = 0; block < ROWS.length; block++) {
      for (int row = 0; row < ROWS[block]; row++) {
        int label = (100 * block + row) % CLASSES;
        float[] p = net.outputSingle(input(NOISE.image(block, row))).data().asFloat();
        loss -= Math.log(p[label]);
        int before = (int) IntStream.range(0, CLASSES).filter(k -> p[k] > p[label]).count();
        top1 += before == 0 ? 1 : 0;
        top5 += before < 5 ? 1 : 0;
        int best = IntStream.range(0, CLASSES).reduce((a, b) -> p[b] > p[a] ? b : a).getAsInt();
        confusion[label][best]++;
      }
    }
    assertThat(report.examples()).isEqualTo(32);
    assertThat(report.loss()).isCloseTo(loss / 32, within(1e-5));
    assertThat(report.top1()).isEqualTo(top1 / 32.0);
    assertThat(report.top5()).isEqualTo(top5 / 32.0);
    assertThat(report.confusion()).isDeepEqualTo(confusion);
    assertThat(report.worst()).hasSize(32 - top1);
  }

  private static INDArray input(BufferedImage image) {
    float[] mean = {0.5f, 0.4f, 0.3f};
    float[] deviation = {0.3f, 0.2f, 0.1f};
    INDArray input = Nd4j.create(1, 3, SIZE, SIZE);
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        for (int c = 0; c < 3; c++) {
          int value = image.getRGB(x, y) >> (16 - 8 * c) & 0xff;
          input.putScalar(new int[] {0, c, y, x}, (value / 255.0 - mean[c]) / deviation[c]);
        }
      }
    }
    return input;
  }

  @Test
  void countsThatNoSetHasCostNothing() {
    EvaluationReport usual = evaluate(weights(1), 1, FastPath.TRUE, 10);
    EvaluationReport most =
        evaluate(weights(1), Integer.MAX_VALUE, FastPath.TRUE, Integer.MAX_VALUE);
    assertThat(most).usingRecursiveComparison().ignoringFields("wallSeconds").isEqualTo(usual);
  }

  @Test
  void doesNotDependOnTheNumberOfTasksAndTakesTheWeightsGiven() {
    EvaluationReport first = evaluate(weights(1), 1);
    EvaluationReport other = evaluate(weights(2), 2);
    EvaluationReport again = evaluate(weights(1), 5);
    assertThat(again).usingRecursiveComparison().ignoringFields("wallSeconds").isEqualTo(first);
    assertThat(other.loss()).isNotEqualTo(first.loss());
  }

  /** Reads blocks of noise; the fourth of a thread ends when the test does, once. */
  private record HangsOnce() implements BlockReader, Serializable {
    static final ThreadLocal<Integer> READ = ThreadLocal.withInitial(() -> 0);
    static final AtomicInteger HUNG = new AtomicInteger();
    static final CountDownLatch END = new CountDownLatch(1);

    @Override
    public EncodedBlock read(Block block) throws IOException {
      READ.set(READ.get() + 1);
      if (READ.get() == 4 && HUNG.getAndIncrement() == 0) {
        try {
          END.await();
        } catch (InterruptedException e) {
          throw new InterruptedIOException();
        }
      }
      return NOISE.read(block);
    }
  }

  /** Behind the third block of a replica, the last whose time is not limited. */
  @Test
  void aBlockThatNeverEndsIsGivenUpAndScoredAgain() {
    float[] weights = weights(5);
    FaultsConfig twoSeconds = new FaultsConfig(1e-9, 2, 1);
    int[] rows = IntStream.range(0, 60).map(block -> 1 + block % 3).toArray();
    EvaluationReport report =
        evaluate(weights, spec(rows, FastPath.TRUE, 4, false, new HangsOnce(), twoSeconds), 1);
    HangsOnce.END.countDown();
    assertThat(HangsOnce.HUNG).hasPositiveValue();
    EvaluationReport whole =
        evaluate(weights, spec(rows, FastPath.TRUE, 4, false, NOISE, FaultsConfig.DEFAULT), 1);
    assertThat(report.confusion()).isDeepEqualTo(whole.confusion());
    assertThat(report.loss()).isEqualTo(whole.loss());
  }
}
