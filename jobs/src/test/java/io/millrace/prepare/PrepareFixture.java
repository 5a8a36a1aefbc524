package io.millrace.prepare;

import io.millrace.SharedSpark;
import io.millrace.config.DatasetConfig;
import io.millrace.config.DatasetConfig.Encoding;
import io.millrace.config.SourceConfig;
import io.millrace.config.SourceConfig.Format;
import java.io.IOException;
import java.util.List;

/** Configs for the tests of prepare. */
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

  static PrepareReport prepare(SourceConfig source, DatasetConfig dataset) throws IOException {
    return PrepareJob.run(SharedSpark.session(), source, dataset, 1);
  }
}
