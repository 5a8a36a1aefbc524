package io.millrace.source;

import io.millrace.SharedSpark;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaSparkContext;

/** A source as the driver opens it, for tests. */
record OpenedSource(Source source) {
  static OpenedSource of(SourceConfig config) throws IOException {
    var spark = new JavaSparkContext(SharedSpark.session().sparkContext());
    SourceFiles files = SourceFiles.list(config, spark.hadoopConfiguration());
    return new OpenedSource(Sources.open(files, config, spark));
  }

  /** All rows in order. */
  List<SourceRow> rows() throws IOException {
    List<SourceRow> rows = new ArrayList<>();
    for (Slice slice : source.slices()) {
      try (RowIterator slices = source.read(slice)) {
        slices.forEachRemaining(rows::add);
      }
    }
    return rows;
  }

  TreeSet<String> labels() throws IOException {
    TreeSet<String> labels = new TreeSet<>();
    rows().forEach(row -> labels.add(row.label()));
    return labels;
  }

  TreeSet<String> splits() throws IOException {
    TreeSet<String> splits = new TreeSet<>(Comparator.nullsFirst(Comparator.naturalOrder()));
    rows().forEach(row -> splits.add(row.split()));
    return splits;
  }

  /** Copies a file of the resources' {@code lake}. */
  static void copy(String name, Path to) throws IOException {
    try (InputStream in = OpenedSource.class.getResourceAsStream("/lake/" + name)) {
      Files.copy(in, to);
    }
  }
}
