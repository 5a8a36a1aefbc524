package io.millrace.prepare;

import io.millrace.dataset.PartitionBy;
import io.millrace.dataset.Split;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * Which file of the prepared set an example goes to. The rows of a split in order of (hash, id) are
 * cut after every {@code fileRows}; only the first key of every file is known to the driver.
 */
final class FileLayout implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int SPLITS = Split.values().length;

  private final RowKey[][] firstKeys;

  private FileLayout(RowKey[][] firstKeys) {
    this.firstKeys = firstKeys;
  }

  /**
   * Finds the first key of every file.
   *
   * @throws IllegalStateException if two examples have one id
   */
  static FileLayout of(JavaRDD<Verdict> accepted, long seed, long fileRows) {
    JavaPairRDD<RowKey, Integer> keys =
        accepted
            .mapToPair(
                v ->
                    new Tuple2<>(
                        new RowKey(0, RowKey.hash(seed, v.id()), v.id()), v.split().ordinal()))
            .repartitionAndSortWithinPartitions(
                new PartitionBy<RowKey>(accepted.getNumPartitions(), RowKey::range));
    List<long[]> counts = keys.mapPartitions(FileLayout::count).collect();
    long[][] before = new long[counts.size()][SPLITS];
    for (int p = 1; p < before.length; p++) {
      for (int s = 0; s < SPLITS; s++) {
        before[p][s] = before[p - 1][s] + counts.get(p - 1)[s];
      }
    }
    List<RowKey> firsts =
        keys.mapPartitionsWithIndex((p, rows) -> firstKeys(rows, before[p], fileRows), true)
            .collect();
    RowKey[][] firstKeys = new RowKey[SPLITS][];
    for (int s = 0; s < SPLITS; s++) {
      int split = s;
      firstKeys[s] =
          firsts.stream()
              .filter(key -> key.file() == split)
              .map(key -> new RowKey(0, key.hash(), key.id()))
              .toArray(RowKey[]::new);
    }
    return new FileLayout(firstKeys);
  }

  /** Files of all splits. */
  int files() {
    return Arrays.stream(firstKeys).mapToInt(keys -> keys.length).sum();
  }

  /** The key that sends an example to its place. */
  RowKey key(Split split, long hash, long id) {
    RowKey key = new RowKey(0, hash, id);
    int at = Collections.binarySearch(Arrays.asList(firstKeys[split.ordinal()]), key);
    return new RowKey(firstFile(split) + (at >= 0 ? at : -at - 2), hash, id);
  }

  /** The split that a file belongs to. */
  Split split(int file) {
    for (Split split : Split.values()) {
      if (file < firstFile(split) + firstKeys[split.ordinal()].length) {
        return split;
      }
    }
    throw new IllegalArgumentException("Invalid file: %d (must be < %d)".formatted(file, files()));
  }

  /** Name of a file: {@code <split>-<number in the split>.parquet}. */
  String name(int file) {
    Split split = split(file);
    return "%s-%05d.parquet"
        .formatted(split.name().toLowerCase(Locale.ROOT), file - firstFile(split));
  }

  private int firstFile(Split split) {
    return IntStream.range(0, split.ordinal()).map(s -> firstKeys[s].length).sum();
  }

  /** The keys at which a file begins, with the split in place of the file. */
  private static Iterator<RowKey> firstKeys(
      Iterator<Tuple2<RowKey, Integer>> rows, long[] before, long fileRows) {
    long[] ranks = before.clone();
    List<RowKey> firsts = new ArrayList<>();
    while (rows.hasNext()) {
      var row = rows.next();
      if (ranks[row._2()]++ % fileRows == 0) {
        firsts.add(new RowKey(row._2(), row._1().hash(), row._1().id()));
      }
    }
    return firsts.iterator();
  }

  private static Iterator<long[]> count(Iterator<Tuple2<RowKey, Integer>> rows) {
    long[] counts = new long[SPLITS];
    RowKey last = null;
    while (rows.hasNext()) {
      var row = rows.next();
      if (row._1().equals(last)) {
        throw new IllegalStateException(
            "Cannot give ids: two examples have the id %016x".formatted(last.id()));
      }
      last = row._1();
      counts[row._2()]++;
    }
    return List.of(counts).iterator();
  }
}
