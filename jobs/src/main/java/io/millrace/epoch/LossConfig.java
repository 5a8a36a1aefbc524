package io.millrace.epoch;

import io.millrace.minibatch.LabelSmoothing;
import io.millrace.minibatch.LabelSmoothing.Among;
import io.millrace.minibatch.Mixing;
import io.millrace.minibatch.MixingTimes;
import io.millrace.recipe.ClassWeights;
import io.millrace.recipe.Loss;
import io.millrace.recipe.Objective;
import io.millrace.settings.Key;
import java.util.List;

/** Targets and loss. */
public record LossConfig(
    @Key(doc = "The loss.", value = "cross-entropy", inline = true) Loss kind,
    @Key(doc = "Label smoothing epsilon.", value = "0", min = 0, max = 1, below = true)
        double labelSmoothing,
    @Key(
            doc =
                "Who shares epsilon: all K classes, the label too, or the K - 1 others (the text of Bag of Tricks).",
            value = "all")
        Among smoothingAmong,
    @Key(
            doc = "How the examples of a minibatch are mixed, null for not at all.",
            value = "null",
            rule = "such as {mixup: {alpha: 0.2}}",
            was = "mixup")
        Mixing mixing,
    @Key(doc = "Probability that an update is mixed.", value = "1", min = 0, max = 1)
        double mixingProbability,
    @Key(doc = "Last epochs that do not mix.", value = "0", min = 0) int mixingOffEpochs,
    @Key(doc = "How much each class counts; null for all alike.", value = "null")
        ClassWeights classWeights,
    @Key(doc = "Learning from another model.", value = "{}") DistillationConfig distillation) {
  /** Checks that what says when to mix has something to say it of. */
  public LossConfig {
    if (mixing == null && mixingProbability != 1) {
      throw new IllegalArgumentException(
          "Invalid mixingProbability: %s (must be 1 where loss.mixing is null)"
              .formatted(mixingProbability));
    }
    if (mixing == null && mixingOffEpochs != 0) {
      throw new IllegalArgumentException(
          "Invalid mixingOffEpochs: %d (must be 0 where loss.mixing is null)"
              .formatted(mixingOffEpochs));
    }
  }

  /**
   * What is minimised.
   *
   * @param classes names, in the order of the labels, two or more
   * @param counts training examples of each
   * @throws IllegalArgumentException for a loss or weights that do not go with the classes
   */
  public Objective objective(List<String> classes, List<Long> counts) {
    kind.check(smoothing().on(classes.size()), smoothing().off(classes.size()));
    return new Objective(
        kind,
        classWeights == null ? List.of() : classWeights.of(classes, counts),
        distillation.distillation());
  }

  /** Hard targets become these. */
  public LabelSmoothing smoothing() {
    return new LabelSmoothing(labelSmoothing, smoothingAmong);
  }

  /**
   * When minibatches are mixed.
   *
   * @param epochs from the start of the run that mix
   */
  public MixingTimes mixingTimes(int epochs) {
    return mixing == null ? MixingTimes.NEVER : new MixingTimes(mixing, mixingProbability, epochs);
  }
}
