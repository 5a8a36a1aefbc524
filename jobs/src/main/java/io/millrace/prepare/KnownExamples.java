package io.millrace.prepare;

import io.millrace.dataset.Block;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import java.io.Serializable;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.DataSource;

/**
 * Examples of earlier sets, by their ids: 8 bytes each, on the driver and on every executor. An id
 * is a hash of content and label, so it can be asked for any image and any class. Serializable.
 */
public final class KnownExamples implements Serializable {
  private static final long serialVersionUID = 1;

  /** None. */
  public static final KnownExamples NONE = new KnownExamples(new long[0]);

  private final long[] ids;

  private KnownExamples(long[] ids) {
    this.ids = ids;
  }

  /** Those of these ids. */
  static KnownExamples of(long... ids) {
    long[] sorted = ids.clone();
    Arrays.sort(sorted);
    return new KnownExamples(sorted);
  }

  /** Those of earlier sets, of which only the column of ids is read. */
  public static KnownExamples of(SparkSession spark, List<PreparedDataset> sets) {
    Set<String> files = new LinkedHashSet<>();
    for (PreparedDataset set : sets) {
      for (Split split : Split.values()) {
        for (Block block : set.blocks(split)) {
          files.add(new Path(set.root(), block.file()).toString());
        }
      }
    }
    if (files.isEmpty()) {
      return NONE;
    }
    spark.sparkContext().setJobDescription("read the ids of earlier nights");
    List<long[]> parts =
        spark
            .read()
            .option(
                DataSource.GLOB_PATHS_KEY(), false) // [, { and * of a folder's name are no pattern
            .parquet(files.toArray(String[]::new))
            .select("id")
            .javaRDD()
            .mapPartitions(
                rows -> {
                  Stream.Builder<Long> read = Stream.builder();
                  rows.forEachRemaining(row -> read.add(row.getLong(0)));
                  return List.of(read.build().mapToLong(Long::longValue).toArray()).iterator();
                })
            .collect();
    spark.sparkContext().setJobDescription(null);
    return of(parts.stream().flatMapToLong(Arrays::stream).toArray());
  }

  /** How many. */
  public int size() {
    return ids.length;
  }

  /** Whether an image is there with that label. */
  boolean has(ContentHash content, String label) {
    return Arrays.binarySearch(ids, content.id(label, 0)) >= 0;
  }

  /** Another label with which an image is there. */
  Optional<String> otherLabel(ContentHash content, String label, List<String> labels) {
    return ids.length == 0
        ? Optional.empty()
        : labels.stream().filter(each -> !each.equals(label) && has(content, each)).findFirst();
  }
}
