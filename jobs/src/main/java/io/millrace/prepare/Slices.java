package io.millrace.prepare;

import io.millrace.source.Slice;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/** Packs slices that follow each other into Spark partitions of some megabytes. */
final class Slices {
  private static final long MOST_BYTES = 64L << 20;
  private static final int PARTITIONS_OF_A_SLOT = 8;
  private static final int MOST_SLICES = 4096;

  private Slices() {}

  /** One element a partition: its slices. */
  static JavaRDD<Iterable<Slice>> parallelize(JavaSparkContext spark, List<Slice> slices) {
    long bytes = slices.stream().mapToLong(Slice::bytes).sum();
    long share =
        Math.min(
            MOST_BYTES, bytes / ((long) PARTITIONS_OF_A_SLOT * spark.defaultParallelism()) + 1);
    List<Iterable<Slice>> packs = pack(slices, share);
    return spark.parallelize(packs, Math.max(1, packs.size()));
  }

  static List<Iterable<Slice>> pack(List<Slice> slices, long share) {
    List<Iterable<Slice>> packs = new ArrayList<>();
    List<Slice> pack = new ArrayList<>();
    long bytes = 0;
    for (Slice slice : slices) {
      pack.add(slice);
      bytes += slice.bytes();
      if (bytes >= share || pack.size() == MOST_SLICES) {
        packs.add(pack);
        pack = new ArrayList<>();
        bytes = 0;
      }
    }
    if (!pack.isEmpty() || packs.isEmpty()) {
      packs.add(pack);
    }
    return packs;
  }
}
