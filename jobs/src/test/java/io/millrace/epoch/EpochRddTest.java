package io.millrace.epoch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.SharedSpark;
import io.millrace.dataset.Block;
import io.millrace.dataset.BlockReader;
import io.millrace.dataset.EncodedBlock;
import io.millrace.dataset.IdSum;
import io.millrace.epoch.ShuffleConfig.Order;
import io.millrace.exchange.Every;
import io.millrace.image.RandomCrop;
import io.millrace.minibatch.LabelSmoothing;
import io.millrace.minibatch.MixingTimes;
import io.millrace.recipe.LearningRate;
import io.millrace.recipe.ResolvedRate;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

class EpochRddTest {
  private static final int[] ROWS = {30, 7, 30, 30, 12, 30, 30, 30, 1, 30, 30, 30};
  private final JavaSparkContext spark = new JavaSparkContext(SharedSpark.session().sparkContext());

  @Test
  void anEpochFeedsEveryExampleOnceAndSaysSo() {
    MemoryBlocks blocks = new MemoryBlocks("once", ROWS, 4);
    try (TrainingFeed feed = feed(blocks.spec(2, 8, 0, 0))) {
      List<Fed> fed = Fed.all(feed.epoch(0, blocks.cut(2, 8, 3)));
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
    FeedSpec spec = blocks.spec(3, 8, 0, 0);
    try (TrainingFeed feed = feed(spec)) {
      for (RoundCut cut : List.of(blocks.cut(3, 8, 2), blocks.cut(3, 8, 13), odd(spec))) {
        JavaRDD<DataSet> epoch = feed.epoch(1, cut);
        List<Fed> fed = Fed.all(epoch);
        assertThat(fed).hasSize(cut.rounds() * 3);
        for (int p = 0; p < fed.size(); p++) {
          assertThat(fed.get(p).pixels()).as("partition %d", p).isEqualTo(planned(spec, cut, 1, p));
        }
      }
    }
  }

  @Test
  void blocksAreReadOnceAWorkerAndEpoch() {
    int[] rows = new int[60];
    Arrays.fill(rows, 16);
    MemoryBlocks blocks = new MemoryBlocks("ratio", rows, 4);
    FeedSpec spec = blocks.spec(2, 8, 0, 0);
    try (TrainingFeed feed = feed(spec)) {
      for (int epoch = 0; epoch < spec.epochs(); epoch++) {
        long bytes = 0;
        for (Fed part : Fed.byRounds(feed.epoch(epoch, blocks.cut(2, 8, 2)))) {
          bytes += (long) part.report().measures().sum(FeedReport.BYTES_READ);
        }
        assertThat(bytes).isBetween(960_000L, (long) (960_000 * 1.1));
      }
      assertThat(blocks.reads()).isLessThanOrEqualTo(spec.epochs() * (60 + 1));
    }
  }

  @Test
  void exactOrderFeedsEveryExampleOnceInTheSameSizes() {
    MemoryBlocks blocks = new MemoryBlocks("exact", ROWS, 4);
    FeedSpec spec = blocks.spec(3, 8, 0, 0);
    try (TrainingFeed exact = new TrainingFeed(spark, spec, Order.EXACT);
        TrainingFeed windowed = feed(spec)) {
      List<Fed> first = Fed.byRounds(exact.epoch(0, blocks.cut(3, 8, 3)));
      List<Fed> again = Fed.all(exact.epoch(0, blocks.cut(3, 8, 3)));
      List<Fed> other = Fed.all(exact.epoch(1, blocks.cut(3, 8, 3)));
      List<Fed> order = Fed.all(windowed.epoch(0, blocks.cut(3, 8, 3)));
      IdSum expected = new IdSum();
      IdSum seen = new IdSum();
      for (int id = 0; id < blocks.size(); id++) {
        expected.add(id);
      }
      for (int p = 0; p < first.size(); p++) {
        seen.add(new IdSum(first.get(p).report().idSumHigh(), first.get(p).report().idSumLow()));
        assertThat(again.get(p).bytes()).isDeepEqualTo(first.get(p).bytes());
        assertThat(first.get(p).sizes()).isEqualTo(order.get(p).sizes());
      }
      assertThat(seen).isEqualTo(expected);
      assertThat(Arrays.deepEquals(first.get(0).bytes(), other.get(0).bytes())).isFalse();
    }
  }

  @Test
  void whoTrainsOnWhatInWhichUpdateDoesNotDependOnTheCut() {
    MemoryBlocks blocks = new MemoryBlocks("cut", ROWS, 4);
    FeedSpec spec = blocks.spec(3, 8, 0.1, 0.2);
    for (Order order : Order.values()) {
      try (TrainingFeed feed = new TrainingFeed(spark, spec, order)) {
        float[][][] one = byWorker(Fed.byRounds(feed.epoch(0, blocks.cut(3, 8, 1))), 3);
        for (RoundCut cut : List.of(blocks.cut(3, 8, 4), odd(spec))) {
          assertThat(byWorker(Fed.byRounds(feed.epoch(0, cut)), 3)).isDeepEqualTo(one);
        }
      }
    }
  }

  /** The last of the three global batches has 48 examples. */
  @Test
  void anyNumberOfWorkersTrainsTheSameExamplesInTheSameUpdates() {
    int[] rows = new int[40];
    Arrays.fill(rows, 6);
    MemoryBlocks blocks = new MemoryBlocks("elastic", rows, 4);
    for (Order order : Order.values()) {
      List<List<Integer>> first = null;
      for (int workers : new int[] {1, 2, 3, 4, 6}) {
        int batch = 96 / workers;
        FeedSpec one = blocks.spec(workers, batch, 0, 0);
        EpochShape shape =
            new EpochShape(blocks.size(), workers, batch, EpochShape.shares(workers, batch));
        FeedSpec spec =
            new FeedSpec(
                "elastic-%s-%d".formatted(order, workers),
                one.seed(),
                one.epochs(),
                shape,
                one.window(),
                one.blocks(),
                one.reader(),
                one.images());
        try (TrainingFeed feed = new TrainingFeed(spark, spec, order)) {
          List<List<Integer>> updates =
              byUpdate(Fed.byRounds(feed.epoch(1, blocks.cut(workers, batch, 1))), workers);
          assertThat(updates).extracting(List::size).containsExactly(96, 96, 48);
          first = first == null ? updates : first;
          assertThat(updates).as("%d workers, %s", workers, order).isEqualTo(first);
        }
      }
      assertThat(first.get(0)).doesNotContainAnyElementsOf(first.get(1));
    }
  }

  private static List<List<Integer>> byUpdate(List<Fed> parts, int workers) {
    List<List<Integer>> updates = new ArrayList<>();
    for (int p = 0; p < parts.size(); p++) {
      if (p % workers == 0) {
        updates.add(new ArrayList<>());
      }
      updates.get(p / workers).addAll(parts.get(p).pixels());
    }
    updates.forEach(ids -> ids.sort(null));
    return updates;
  }

  /** All minibatches of each worker, whatever their rounds. */
  private static float[][][] byWorker(List<Fed> parts, int workers) {
    List<List<float[]>> minibatches =
        Stream.<List<float[]>>generate(ArrayList::new).limit(workers).toList();
    for (int p = 0; p < parts.size(); p++) {
      minibatches.get(p % workers).addAll(parts.get(p).features());
    }
    return minibatches.stream().map(all -> all.toArray(float[][]::new)).toArray(float[][][]::new);
  }

  @Test
  void fewerRowsThanWorkersLeaveWorkersEmpty() {
    MemoryBlocks blocks = new MemoryBlocks("few", new int[] {2}, 4);
    try (TrainingFeed feed = feed(blocks.spec(3, 8, 0, 0))) {
      List<Fed> fed = Fed.all(feed.epoch(0, blocks.cut(3, 8, 2)));
      assertThat(fed.stream().map(part -> part.features().size())).containsExactly(1, 1, 0);
    }
  }

  @Test
  void featuresAreNchwViewsOfNhwcMemoryAndLabelsAreSmoothed() {
    MemoryBlocks blocks = new MemoryBlocks("shape", ROWS, 4);
    try (TrainingFeed feed = feed(blocks.spec(2, 8, 0.1, 0))) {
      feed.epoch(0, blocks.cut(2, 8, 3))
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
    FeedSpec spec = good.spec(1, 4, 0, 0);
    FeedSpec cut = new FeedSpec("bad", 1, 2, spec.shape(), 2, spec.blocks(), bad, spec.images());
    try (TrainingFeed feed = feed(cut)) {
      assertThatThrownBy(() -> Fed.all(feed.epoch(0, good.cut(1, 4, 1))))
          .hasMessageContaining("Cannot decode image: ")
          .hasMessageContaining("(file part-0.parquet, block 1, row 3");
    }
  }

  @Test
  void anImageThatCannotBeAugmentedIsNamed() {
    MemoryBlocks good = new MemoryBlocks("small", new int[] {5, 5}, 4);
    FeedSpec.Images images = good.spec(1, 4, 0, 0).images();
    FeedSpec.Images cropped =
        new FeedSpec.Images(
            8,
            8,
            1,
            List.of(new RandomCrop(8, 8, 1)),
            images.mean(),
            images.deviation(),
            10,
            new LabelSmoothing(0),
            MixingTimes.NEVER);
    FeedSpec spec = good.spec(1, 4, 0, 0);
    FeedSpec small = new FeedSpec("small", 1, 2, spec.shape(), 2, spec.blocks(), good, cropped);
    try (TrainingFeed feed = feed(small)) {
      assertThatThrownBy(() -> Fed.all(feed.epoch(0, good.cut(1, 4, 1))))
          .hasMessageContaining("Cannot crop 8 x 8: the image is 4 x 4 with padding 1 (file part-0")
          .hasMessageContaining(", row ");
    }
  }

  /** Rounds of 1, 2, 3 and more updates. */
  private static RoundCut odd(FeedSpec spec) {
    return RoundCut.of(new Growing(), 0, spec.shape().updates(), null, update -> 1);
  }

  /** A round is as long as all before it, and an update more. */
  record Growing() implements Every {
    @Override
    public long updates(long update, ResolvedRate plan, LearningRate known) {
      return update + 1;
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

  private static List<Integer> planned(FeedSpec spec, RoundCut cut, int epoch, int partition) {
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
    int from = cut.firstUpdate(round) * shape.batchPerWorker();
    int to = from + cut.updates(round) * shape.batchPerWorker();
    return share.subList(Math.min(from, share.size()), Math.min(to, share.size()));
  }
}
