package io.millrace.epoch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.SharedSpark;
import io.millrace.config.ShuffleConfig.Order;
import io.millrace.dataset.Block;
import io.millrace.dataset.BlockReader;
import io.millrace.dataset.EncodedBlock;
import io.millrace.dataset.IdSum;
import io.millrace.image.HorizontalFlip;
import io.millrace.image.RandomCrop;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

class EpochRddTest {
  private static final int[] ROWS = {30, 7, 30, 30, 12, 30, 30, 30, 1, 30, 30, 30};
  private final JavaSparkContext spark = new JavaSparkContext(SharedSpark.session().sparkContext());

  /** What one partition gave: features and labels of each minibatch, and the report. */
  record Fed(List<float[]> features, List<float[]> labels, FeedReport report)
      implements Serializable {}

  @Test
  void anEpochFeedsEveryExampleOnceAndSaysSo() {
    MemoryBlocks blocks = new MemoryBlocks("once", ROWS, 4);
    try (TrainingFeed feed = feed(spec("once", blocks, 2, 8, 3, 0, 0))) {
      List<Fed> fed = feedAll(feed.epoch(0));
      IdSum expected = new IdSum();
      IdSum seen = new IdSum();
      long examples = 0;
      for (int id = 0; id < blocks.size(); id++) {
        expected.add(id);
      }
      for (Fed part : fed) {
        seen.add(new IdSum(part.report().idSumHigh(), part.report().idSumLow()));
        examples += part.report().examples();
      }
      assertThat(examples).isEqualTo(blocks.size());
      assertThat(seen).isEqualTo(expected);
    }
  }

  @Test
  void partitionsAreThePlansRows() {
    MemoryBlocks blocks = new MemoryBlocks("plan", ROWS, 4);
    FeedSpec spec = spec("plan", blocks, 3, 8, 2, 0, 0);
    try (TrainingFeed feed = feed(spec)) {
      JavaRDD<DataSet> epoch = feed.epoch(1);
      List<Fed> fed = feedAll(epoch);
      assertThat(fed).hasSize(spec.shape().rounds() * 3);
      for (int p = 0; p < fed.size(); p++) {
        assertThat(pixels(fed.get(p))).as("partition %d", p).isEqualTo(planned(spec, 1, p));
      }
    }
  }

  @Test
  void anyOrderOfTasksAndAnyRepetitionGivesTheSameBytes() {
    MemoryBlocks blocks = new MemoryBlocks("order", ROWS, 4);
    try (TrainingFeed feed = feed(spec("order", blocks, 3, 8, 2, 0.1, 0.3))) {
      JavaRDD<DataSet> epoch = feed.epoch(0);
      List<Integer> parts =
          new ArrayList<>(IntStream.range(0, epoch.getNumPartitions()).boxed().toList());
      List<Fed> straight = feed(epoch, parts);
      List<Fed> again = feed(epoch, parts);
      Collections.reverse(parts);
      List<Fed> reversed = new ArrayList<>(feed(epoch, parts));
      Collections.reverse(reversed);
      List<Fed> next = feedAll(feed.epoch(1));
      for (int p = 0; p < straight.size(); p++) {
        assertThat(bytes(again.get(p))).isDeepEqualTo(bytes(straight.get(p)));
        assertThat(bytes(reversed.get(p))).isDeepEqualTo(bytes(straight.get(p)));
      }
      assertThat(Arrays.deepEquals(bytes(straight.get(0)), bytes(next.get(0)))).isFalse();
    }
  }

  @Test
  void aTaskThatFailsHalfwayIsRetriedToTheSameBytes() {
    MemoryBlocks blocks = new MemoryBlocks("retry", ROWS, 4);
    try (TrainingFeed feed = feed(spec("retry", blocks, 2, 8, 3, 0, 0.2))) {
      JavaRDD<DataSet> epoch = feed.epoch(0);
      List<Fed> straight = feedAll(epoch);
      List<Fed> retried =
          epoch
              .mapPartitions(
                  (FlatMapFunction<java.util.Iterator<DataSet>, Fed>)
                      it -> {
                        if (TaskContext.get().attemptNumber() == 0 && it.hasNext()) {
                          it.next();
                          throw new IllegalStateException("thrown by the test");
                        }
                        return List.of(drain(it)).iterator();
                      })
              .collect();
      for (int p = 0; p < straight.size(); p++) {
        assertThat(bytes(retried.get(p))).isDeepEqualTo(bytes(straight.get(p)));
      }
    }
  }

  @Test
  void twoAttemptsOfAPartitionAtOnceDoNotMeet() {
    MemoryBlocks blocks = new MemoryBlocks("twice", ROWS, 4);
    try (TrainingFeed feed = feed(spec("twice", blocks, 2, 8, 3, 0, 0.2))) {
      JavaRDD<DataSet> epoch = feed.epoch(0);
      List<Fed> straight = feed(epoch, List.of(0, 1));
      List<Fed> both = feedRound(epoch.union(epoch), List.of(0, epoch.getNumPartitions()));
      assertThat(bytes(both.get(0))).isDeepEqualTo(bytes(straight.get(0)));
      assertThat(bytes(both.get(1))).isDeepEqualTo(bytes(straight.get(0)));
    }
  }

  @Test
  void blocksAreReadOnceAWorkerAndEpoch() {
    int[] rows = new int[60];
    Arrays.fill(rows, 16);
    MemoryBlocks blocks = new MemoryBlocks("ratio", rows, 4);
    FeedSpec spec = spec("ratio", blocks, 2, 8, 2, 0, 0);
    try (TrainingFeed feed = feed(spec)) {
      for (int epoch = 0; epoch < spec.epochs(); epoch++) {
        long bytes = 0;
        for (Fed part : feedByRounds(feed.epoch(epoch))) {
          bytes += part.report().bytesRead();
        }
        assertThat(bytes).isBetween(960_000L, (long) (960_000 * 1.1));
      }
      assertThat(blocks.reads()).isLessThanOrEqualTo(spec.epochs() * (60 + 1));
    }
  }

  @Test
  void exactOrderFeedsEveryExampleOnceInTheSameSizes() {
    MemoryBlocks blocks = new MemoryBlocks("exact", ROWS, 4);
    FeedSpec spec = spec("exact", blocks, 3, 8, 3, 0, 0);
    try (TrainingFeed exact = new TrainingFeed(spark, spec, Order.EXACT);
        TrainingFeed windowed = feed(spec)) {
      List<Fed> first = feedByRounds(exact.epoch(0));
      List<Fed> again = feedAll(exact.epoch(0));
      List<Fed> other = feedAll(exact.epoch(1));
      List<Fed> order = feedAll(windowed.epoch(0));
      IdSum expected = new IdSum();
      IdSum seen = new IdSum();
      for (int id = 0; id < blocks.size(); id++) {
        expected.add(id);
      }
      for (int p = 0; p < first.size(); p++) {
        seen.add(new IdSum(first.get(p).report().idSumHigh(), first.get(p).report().idSumLow()));
        assertThat(bytes(again.get(p))).isDeepEqualTo(bytes(first.get(p)));
        assertThat(sizes(first.get(p))).isEqualTo(sizes(order.get(p)));
      }
      assertThat(seen).isEqualTo(expected);
      assertThat(Arrays.deepEquals(bytes(first.get(0)), bytes(other.get(0)))).isFalse();
    }
  }

  @Test
  void fewerRowsThanWorkersLeaveWorkersEmpty() {
    MemoryBlocks blocks = new MemoryBlocks("few", new int[] {2}, 4);
    try (TrainingFeed feed = feed(spec("few", blocks, 3, 8, 2, 0, 0))) {
      List<Fed> fed = feedAll(feed.epoch(0));
      assertThat(fed.stream().map(part -> part.features().size())).containsExactly(1, 1, 0);
    }
  }

  @Test
  void featuresAreNchwViewsOfNhwcMemoryAndLabelsAreSmoothed() {
    MemoryBlocks blocks = new MemoryBlocks("shape", ROWS, 4);
    try (TrainingFeed feed = feed(spec("shape", blocks, 2, 8, 3, 0.1, 0))) {
      feed.epoch(0)
          .foreachPartition(
              it -> {
                while (it.hasNext()) {
                  DataSet batch = it.next();
                  INDArray features = batch.getFeatures();
                  long n = batch.numExamples();
                  assertThat(features.shape()).containsExactly(n, 1, 4, 4);
                  assertThat(features.stride()).containsExactly(16, 1, 4, 1);
                  assertThat(batch.getLabels().shape()).containsExactly(n, 10);
                  assertThat(batch.getLabels().maxNumber().floatValue()).isEqualTo(0.91f);
                  assertThat(batch.getLabels().minNumber().floatValue()).isEqualTo(0.01f);
                }
              });
    }
  }

  @Test
  void aCorruptImageIsNamed() {
    MemoryBlocks good = new MemoryBlocks("bad", new int[] {5, 5}, 4);
    BlockReader bad = new CutImages(good);
    FeedSpec spec = spec("bad", good, 1, 4, 1, 0, 0);
    FeedSpec cut = new FeedSpec("bad", 1, 2, spec.shape(), 2, spec.blocks(), bad, spec.images());
    try (TrainingFeed feed = feed(cut)) {
      assertThatThrownBy(() -> feedAll(feed.epoch(0)))
          .hasMessageContaining("Cannot decode image: ")
          .hasMessageContaining("(file part-0.parquet, block 1, row 3");
    }
  }

  /** Row 3 of block 1 is cut short. */
  record CutImages(MemoryBlocks blocks) implements BlockReader, Serializable {
    @Override
    public EncodedBlock read(Block block) throws IOException {
      EncodedBlock read = blocks.read(block);
      if (block.rowGroup() == 1) {
        Arrays.fill(read.data(), read.offsets()[4] - 40, read.offsets()[4], (byte) 0);
      }
      return read;
    }
  }

  private TrainingFeed feed(FeedSpec spec) {
    return new TrainingFeed(spark, spec, Order.WINDOWED);
  }

  static FeedSpec spec(
      String run,
      MemoryBlocks blocks,
      int workers,
      int batch,
      int every,
      double smoothing,
      double mixup) {
    boolean plain = smoothing == 0 && mixup == 0;
    FeedSpec.Images images =
        new FeedSpec.Images(
            4,
            4,
            1,
            plain ? List.of() : List.of(new RandomCrop(4, 4, 1), new HorizontalFlip(0.5)),
            new float[] {0},
            new float[] {1},
            10,
            smoothing,
            mixup);
    return new FeedSpec(
        run,
        7,
        3,
        new EpochShape(blocks.size(), workers, batch, every),
        4,
        blocks.blocks(),
        blocks,
        images);
  }

  private List<Fed> feedAll(JavaRDD<DataSet> epoch) {
    return epoch.mapPartitions(it -> List.of(drain(it)).iterator()).collect();
  }

  /** One job a partition, in the given order. */
  private static List<Fed> feed(JavaRDD<DataSet> epoch, List<Integer> parts) {
    List<Fed> fed = new ArrayList<>();
    for (int part : parts) {
      fed.addAll(feedRound(epoch, List.of(part)));
    }
    return fed;
  }

  /** One job a round, as the trainer does. */
  private static List<Fed> feedByRounds(JavaRDD<DataSet> epoch) {
    RoundRdd rounds = (RoundRdd) epoch.rdd();
    List<Fed> fed = new ArrayList<>();
    for (int round = 0; round < rounds.rounds(); round++) {
      int first = round * rounds.workers();
      fed.addAll(
          feedRound(epoch, IntStream.range(first, first + rounds.workers()).boxed().toList()));
    }
    return fed;
  }

  private static List<Fed> feedRound(JavaRDD<DataSet> epoch, List<Integer> parts) {
    int[] partitions = parts.stream().mapToInt(Integer::intValue).toArray();
    List<Fed>[] fed =
        epoch.mapPartitions(it -> List.of(drain(it)).iterator()).collectPartitions(partitions);
    return Arrays.stream(fed).flatMap(List::stream).toList();
  }

  private static Fed drain(java.util.Iterator<DataSet> minibatches) {
    List<float[]> features = new ArrayList<>();
    List<float[]> labels = new ArrayList<>();
    while (minibatches.hasNext()) {
      DataSet batch = minibatches.next();
      features.add(batch.getFeatures().dup('c').reshape(-1).toFloatVector());
      labels.add(batch.getLabels().dup('c').reshape(-1).toFloatVector());
    }
    FeedReport report =
        minibatches instanceof MinibatchIterator own
            ? own.report()
            : new FeedReport(0, 0, 0, 0, 0, 0, 0, 0);
    return new Fed(features, labels, report);
  }

  private static float[][][] bytes(Fed fed) {
    return new float[][][] {
      fed.features().toArray(float[][]::new), fed.labels().toArray(float[][]::new)
    };
  }

  private static List<Integer> sizes(Fed fed) {
    return fed.features().stream().map(batch -> batch.length).toList();
  }

  /** The first pixel of every example, as stored. */
  private static List<Integer> pixels(Fed fed) {
    List<Integer> pixels = new ArrayList<>();
    for (float[] batch : fed.features()) {
      for (int i = 0; i < batch.length; i += 16) {
        pixels.add(Math.round(batch[i] * 255));
      }
    }
    return pixels;
  }

  private static List<Integer> planned(FeedSpec spec, int epoch, int partition) {
    EpochPlan plan = spec.plan(epoch);
    EpochShape shape = spec.shape();
    int worker = partition % shape.workers();
    int round = partition / shape.workers();
    List<Integer> share = new ArrayList<>();
    for (int i = 0; i < plan.windows(worker); i++) {
      PlannedWindow window = plan.window(worker, i);
      for (int r = 0; r < window.size(); r++) {
        int before = Arrays.stream(spec.blockRows(), 0, window.block(r)).sum();
        share.add((before + window.rows()[r]) % 251);
      }
    }
    int from = shape.firstUpdate(round) * shape.batchPerWorker();
    int to = from + shape.updates(round) * shape.batchPerWorker();
    return share.subList(Math.min(from, share.size()), Math.min(to, share.size()));
  }
}
