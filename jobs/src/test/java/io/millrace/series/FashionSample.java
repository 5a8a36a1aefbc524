package io.millrace.series;

import io.millrace.SharedSpark;
import io.millrace.config.ConfigReader;
import io.millrace.run.Prepared;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A small part of the Fashion-MNIST images of conf/sample, prepared. */
final class FashionSample {
  private FashionSample() {}

  /** Prepares {@code folder/set}: 119 images to train on and 41 to validate on. */
  static void prepare(Path folder) throws IOException {
    var spark = SharedSpark.session();
    var images = spark.read().parquet("../conf/sample/train-00000-of-00001.parquet");
    images.limit(160).coalesce(1).write().parquet(folder.resolve("lake").toString());
    Prepared.by(
        ConfigReader.read(
            "prepare.yaml",
            """
            source: {path: %1$s/lake}
            dataset: {path: %1$s/set, blockRows: 8, validationShare: 0.25}
            """
                .formatted(folder),
            List.of()));
  }
}
