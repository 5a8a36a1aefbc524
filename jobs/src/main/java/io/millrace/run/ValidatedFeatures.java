package io.millrace.run;

import io.millrace.dataset.Split;
import io.millrace.evaluate.CroppedImages;
import io.millrace.evaluate.Evaluation;
import io.millrace.evaluate.EvaluationReport;
import io.millrace.evaluate.FeatureHead;
import io.millrace.features.FeatureCache;
import io.millrace.model.Subvector;
import io.millrace.replica.FeatureShape;
import io.millrace.replica.FeatureSpec;
import io.millrace.wire.WeightVector;
import java.security.MessageDigest;
import java.util.Arrays;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Validation of what is above a frozen trunk, on features that the trunk computes once. Only for
 * weights whose trunk it is: a mean of weights, or the best of an earlier stage, may have another.
 * Lives on the driver.
 */
final class ValidatedFeatures implements AutoCloseable {
  private final Subvector part;
  private final byte[] still;
  private final int workers;
  private final FeatureCache cache;
  private final Evaluation evaluation;
  private boolean filled;

  private ValidatedFeatures(
      Subvector part, byte[] still, int workers, FeatureCache cache, Evaluation evaluation) {
    this.part = part;
    this.still = still;
    this.workers = workers;
    this.cache = cache;
    this.evaluation = evaluation;
  }

  /**
   * Nothing is computed yet.
   *
   * @param still weights of the trunk, and of what else is not trained, in slices
   */
  static ValidatedFeatures of(
      JavaSparkContext spark, TrainingSetup setup, FeatureSpec trunk, byte[][] still) {
    Split split = setup.config().evaluation().split();
    FeatureShape shape = setup.stage().features().orElseThrow();
    FeatureCache cache =
        new FeatureCache(
            spark,
            "the images that are validated on",
            trunk,
            shape,
            still,
            setup.config().faults(),
            setup.data().blocks(split),
            setup.data().reader(),
            CroppedImages.of(setup.input().model()));
    return new ValidatedFeatures(
        trunk.still(),
        digest(still),
        setup.config().training().workers(),
        cache,
        Evaluation.onFeatures(
            spark,
            setup.evaluation(),
            setup.validated(),
            cache.reader(),
            new FeatureHead(trunk.frozen(), shape)));
  }

  /** Whether these weights have the trunk whose features they are. */
  boolean serve(WeightVector parameters) {
    return Arrays.equals(digest(part.take(parameters, 1)), still);
  }

  /** In the place of a whole network's weights, which the driver has often enough. */
  private static byte[] digest(byte[][] weights) {
    MessageDigest digest = DigestUtils.getSha256Digest();
    for (byte[] slice : weights) {
      digest.update(slice);
    }
    return digest.digest();
  }

  EvaluationReport run(WeightVector parameters) {
    if (!filled) {
      cache.fill(workers);
      filled = true;
    }
    return evaluation.run(parameters);
  }

  @Override
  public void close() {
    evaluation.close();
    cache.close();
  }
}
