package io.millrace.run;

import io.millrace.config.RunConfig;
import io.millrace.dataset.DatasetManifest;
import io.millrace.dataset.ImageSizes;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.image.AugmentRules;
import java.io.IOException;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/** The prepared set of a run, looked at before anything is trained on it. */
final class TrainingData {
  private TrainingData() {}

  /**
   * Opens the data set that a config names.
   *
   * @throws IllegalArgumentException if it cannot be trained on, or augmentation does not fit it
   * @throws IOException if it cannot be read
   */
  static PreparedDataset open(RunConfig config, Configuration hadoop) throws IOException {
    PreparedDataset data = found(config, hadoop);
    tryAugment(config, data.manifest().images());
    return data;
  }

  private static PreparedDataset found(RunConfig config, Configuration hadoop) throws IOException {
    String path = config.dataset().path();
    if (path == null) {
      throw new IllegalArgumentException(
          "Invalid dataset.path: null (must be the path of a prepared data set)");
    }
    PreparedDataset data = PreparedDataset.open(path, hadoop);
    if (data.rows(Split.TRAIN) == 0) {
      String splits =
          data.manifest().splits().keySet().stream()
              .map(split -> split.name().toLowerCase(Locale.ROOT))
              .collect(Collectors.joining(", "));
      throw new IllegalArgumentException(
          "Cannot train on %s: it has no rows for training, only %s".formatted(path, splits));
    }
    int stored = data.manifest().images().channels();
    if (config.input().channels() < stored) {
      throw new IllegalArgumentException(
          "Invalid input.channels: %d (must be %d, as the images of %s)"
              .formatted(config.input().channels(), stored, path));
    }
    return data;
  }

  /** Tries the augmentation on the extremes of the sizes that are there: all others lie between. */
  private static void tryAugment(RunConfig config, DatasetManifest.StoredImages images) {
    var input = config.input();
    for (ImageSizes.Size size : images.sizes().all()) {
      try {
        AugmentRules.tryOn(
            config.augment(),
            size.height(),
            size.width(),
            input.channels(),
            input.height(),
            input.width());
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "%s; %s has an image of %s (width x height)"
                .formatted(e.getMessage(), config.dataset().path(), size),
            e);
      }
    }
  }
}
