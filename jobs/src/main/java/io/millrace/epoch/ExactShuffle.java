package io.millrace.epoch;

import io.millrace.dataset.EncodedBlock;
import io.millrace.dataset.PartitionBy;
import io.millrace.random.KeyedRandom;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/**
 * Brings every row to its place in a uniform permutation of the whole set, keyed by (seed, epoch),
 * by one Spark shuffle. The key of a row is its partition and its place in it, so that the order is
 * that of the permutation and not that of arrival; only {@code Long} and {@code byte[]} travel, so
 * that any serializer will do.
 */
final class ExactShuffle {
  private static final long EXACT = 0x6578616374L;

  private ExactShuffle() {}

  /** Rows by (round, worker), in order. */
  static JavaPairRDD<Long, byte[]> of(
      JavaSparkContext spark, FeedSpec spec, Broadcast<byte[]> broadcast, RoundCut cut, int epoch) {
    String run = spec.run();
    int blocks = spec.blocks().size();
    int tasks = Math.min(blocks, Math.max(spark.defaultParallelism(), blocks / 16));
    return spark
        .parallelize(IntStream.range(0, blocks).boxed().toList(), tasks)
        .mapPartitionsToPair(
            part ->
                placed(FeedCache.ON_THIS_EXECUTOR.spec(run, broadcast.value()), cut, epoch, part))
        .repartitionAndSortWithinPartitions(
            new PartitionBy<Long>(
                cut.rounds() * spec.shape().workers(),
                (place, partitions) -> (int) (place >>> 32)));
  }

  private static Iterator<Tuple2<Long, byte[]>> placed(
      FeedSpec spec, RoundCut cut, int epoch, Iterator<Integer> blocks) {
    int[] order =
        EpochPlan.permutation(
            Math.toIntExact(spec.shape().rows()),
            new KeyedRandom().key(spec.seed() ^ EXACT, epoch, 0));
    int[] firstRows = new int[spec.blocks().size()];
    for (int i = 1; i < firstRows.length; i++) {
      firstRows[i] = firstRows[i - 1] + spec.blocks().get(i - 1).rows();
    }
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(blocks, Spliterator.ORDERED), false)
        .flatMap(block -> placed(spec, cut, block, order, firstRows[block]))
        .iterator();
  }

  private static Stream<Tuple2<Long, byte[]>> placed(
      FeedSpec spec, RoundCut cut, int block, int[] order, int firstRow) {
    EncodedBlock encoded;
    try {
      encoded = spec.reader().read(spec.blocks().get(block));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
    return IntStream.range(0, encoded.rows())
        .mapToObj(
            row ->
                new Tuple2<>(
                    place(spec.shape(), cut, order[firstRow + row]),
                    PackedRow.pack(encoded, row, block)));
  }

  /** Partition in the high half, place in it in the low half. */
  private static long place(EpochShape shape, RoundCut cut, long at) {
    int share = shape.shareAt(at);
    long position = at - shape.shareStart(share);
    int update = (int) (position / shape.batchPerShare());
    int round = cut.roundOf(update);
    long partition = (long) round * shape.workers() + share % shape.workers();
    long before = (long) (update - cut.firstUpdate(round)) * shape.batchPerWorker();
    long ofShares = (long) (share / shape.workers()) * shape.batchPerShare();
    return partition << 32 | before + ofShares + position % shape.batchPerShare();
  }
}
