package io.millrace.run;

import io.millrace.config.Choices;
import io.millrace.dataset.Split;
import io.millrace.epoch.FeedSpec;
import io.millrace.features.FeatureCache;
import io.millrace.image.ImageOperation;
import io.millrace.model.ModelInput;
import io.millrace.plan.FeatureNeed;
import io.millrace.replica.FeatureShape;
import io.millrace.replica.FeatureSpec;
import io.millrace.wire.WeightVector;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The outputs of a frozen trunk that a stage keeps, as its config asks. What does not go with them
 * is refused here, before Spark starts. Lives on the driver.
 */
final class StageFeatures {
  private StageFeatures() {}

  /**
   * The setup of a stage with what it keeps of an example, if it does.
   *
   * @throws IllegalArgumentException where features cannot be kept
   */
  static TrainingSetup kept(TrainingSetup setup) {
    if (!setup.stage().cachesFeatures()) {
      return setup;
    }
    requireRepeatable(setup);
    if (!setup.network().isPart()) {
      throw refused(setup, "all is trained, and there is no trunk");
    }
    FeatureShape shape =
        spec(setup, "")
            .shape()
            .orElseThrow(
                () -> refused(setup, "the lowest layer is trained, which images are fed to"));
    TrainingSetup kept = setup.in(setup.stage().keeping(shape));
    long largest = need(kept).orElseThrow().block();
    if (largest > Integer.MAX_VALUE - 8) {
      throw refused(
          setup,
          "a block's features are more than an array holds, %,d bytes; prepare with fewer dataset.blockRows"
              .formatted(largest));
    }
    return kept;
  }

  /** What a stage keeps of the training set, if it does. */
  static Optional<FeatureNeed> need(TrainingSetup setup) {
    return setup
        .stage()
        .features()
        .map(
            shape -> {
              LongSummaryStatistics blocks =
                  Stream.of(Split.TRAIN, setup.config().evaluation().split())
                      .flatMap(split -> setup.data().blocks(split).stream())
                      .mapToLong(block -> FeatureCache.bytes(block.rows(), shape))
                      .summaryStatistics();
              return new FeatureNeed(shape.bytes(), blocks.getSum(), Math.max(0, blocks.getMax()));
            });
  }

  /** Features of an image stand for it in every epoch only where it is the same in each. */
  private static void requireRepeatable(TrainingSetup setup) {
    var config = setup.config();
    for (ImageOperation each : config.augment()) {
      if (each.isRandom()) {
        throw refused(setup, "augment has %s, which is random".formatted(word(each)));
      }
    }
    if (config.loss().mixing() != null) {
      throw refused(
          setup,
          "loss.mixing is %s, which mixes images before the trunk"
              .formatted(word(config.loss().mixing())));
    }
    if (setup.teacher().isPresent()) {
      throw refused(setup, "loss.distillation has a teacher, which looks at images");
    }
    if (!config.training().precision().isFull()) {
      throw refused(
          setup,
          "training.precision is %s: features are kept in fp32"
              .formatted(word(config.training().precision())));
    }
    boolean measures =
        config.averaging().shadows().stream().anyMatch(each -> each.recalibrate() > 0);
    if (measures && config.augment().stream().anyMatch(ImageOperation::keepsSize)) {
      throw refused(setup, "a shadow measures batch norms by images that are not those of augment");
    }
  }

  private static String word(Object choice) {
    return Choices.nameOf(choice.getClass());
  }

  private static IllegalArgumentException refused(TrainingSetup setup, String why) {
    return new IllegalArgumentException(
        "Invalid stages[%d].featureCache: true (must be false where %s; in stage %s)"
            .formatted(setup.stage().index(), why, setup.stage().name()));
  }

  private static FeatureSpec spec(TrainingSetup setup, String key) {
    ModelInput input = setup.input().model();
    return setup
        .network()
        .trunk(
            key,
            List.of(input.height(), input.width(), input.channels()),
            setup.shape().largestMinibatch());
  }

  /**
   * What executors are to keep of the training set in a stage; null where nothing.
   *
   * @param parameters of the whole network, as the stage begins or goes on
   */
  static FeatureCache cache(
      JavaSparkContext spark, TrainingSetup setup, Supplier<WeightVector> parameters) {
    if (setup.stage().features().isEmpty()) {
      return null;
    }
    FeatureSpec trunk = spec(setup, UUID.randomUUID().toString());
    FeedSpec images = setup.feed().of(trunk.key());
    return new FeatureCache(
        spark,
        "the training set",
        trunk,
        setup.stage().features().get(),
        trunk.still().take(parameters.get(), 1),
        setup.config().faults(),
        images.blocks(),
        images.reader(),
        images.images());
  }

  /** The same of the split that is validated on; null also where there is none. */
  static ValidatedFeatures validated(
      JavaSparkContext spark, TrainingSetup setup, Supplier<WeightVector> parameters) {
    Split split = setup.config().evaluation().split();
    if (setup.stage().features().isEmpty() || setup.data().rows(split) == 0) {
      return null;
    }
    FeatureSpec trunk = spec(setup, UUID.randomUUID().toString());
    return ValidatedFeatures.of(spark, setup, trunk, trunk.still().take(parameters.get(), 1));
  }
}
