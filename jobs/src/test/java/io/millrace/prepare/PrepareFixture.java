package io.millrace.prepare;

import io.millrace.SharedSpark;
import io.millrace.dataset.Example;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.prepare.DatasetConfig.Encoding;
import io.millrace.source.SourceConfig;
import io.millrace.source.SourceConfig.Format;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** Configs and prepared sets for the tests of prepare. */
final class PrepareFixture {
  private PrepareFixture() {}

  static SourceConfig source(Object path) {
    return new SourceConfig(path.toString(), Format.AUTO, "image", "label", null, List.of(), null);
  }

  static SourceConfig withClasses(Object path, List<String> classes, Object classesFrom) {
    return new SourceConfig(
        path.toString(),
        Format.AUTO,
        "image",
        "label",
        null,
        classes,
        classesFrom == null ? null : classesFrom.toString());
  }

  static DatasetConfig dataset(Object path) {
    return new DatasetConfig(path.toString(), 8, 2, 0.25, 0, Encoding.KEEP, 90, 0.01);
  }

  /** Settings that cut no validation. */
  static DatasetConfig train(Object path) {
    return new DatasetConfig(path.toString(), 8, 2, 0, 0, Encoding.KEEP, 90, 0.01);
  }

  /** The same, which bear any number of bad rows. */
  static DatasetConfig lenient(Path path) {
    return new DatasetConfig(path.toString(), 8, 2, 0, 0, Encoding.KEEP, 90, 1);
  }

  static PreparedDataset open(Path set) {
    try {
      return PreparedDataset.open(set.toString(), new Configuration());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Example> examples(Path set, Split split) {
    List<Example> examples = new ArrayList<>();
    open(set).examples(split).forEachRemaining(examples::add);
    return examples;
  }

  static PrepareReport prepare(SourceConfig source, DatasetConfig dataset) throws IOException {
    return PrepareJob.run(
        SharedSpark.session(), source, dataset, 1, PrepareListener.NONE, () -> false);
  }
}
