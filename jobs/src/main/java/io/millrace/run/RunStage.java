package io.millrace.run;

import io.millrace.checkpoint.Fingerprints;
import io.millrace.config.RunConfig;
import io.millrace.recipe.Tuning;
import io.millrace.replica.FeatureShape;
import io.millrace.settings.Counts;
import java.util.Optional;

/**
 * Where a stage lies in its run, and what it trains; a run without stages is one.
 *
 * @param run config of the whole run
 * @param index of the stage, from 0
 * @param firstEpoch epochs done before it
 * @param epochs its epochs
 * @param tuning what it makes of the parameters, and the updates done before it
 * @param keepsState whether the optimiser's state of what was trained before goes on
 * @param words what it trains, in words
 * @param features what is kept of each example, in the place of its image; none where images are
 *     fed
 * @param prints what checkpoints of the run belong to; none for a run of one stage
 */
record RunStage(
    RunConfig run,
    int index,
    int firstEpoch,
    int epochs,
    Tuning tuning,
    boolean keepsState,
    String words,
    Optional<FeatureShape> features,
    Optional<Fingerprints> prints) {
  /** The one stage of a run without stages. */
  static RunStage only(RunConfig config) {
    return new RunStage(
        config,
        0,
        0,
        config.training().epochs(),
        Tuning.NONE,
        true,
        "all",
        Optional.empty(),
        Optional.empty());
  }

  /** The same with what checkpoints belong to. */
  RunStage belongingTo(Fingerprints fingerprints) {
    return new RunStage(
        run,
        index,
        firstEpoch,
        epochs,
        tuning,
        keepsState,
        words,
        features,
        Optional.of(fingerprints));
  }

  /** The same fed with features. */
  RunStage keeping(FeatureShape shape) {
    return new RunStage(
        run, index, firstEpoch, epochs, tuning, keepsState, words, Optional.of(shape), prints);
  }

  /** Whether its config asks that the outputs of its trunk be kept. */
  boolean cachesFeatures() {
    return !run.stages().isEmpty() && run.stages().get(index).featureCache();
  }

  /** Epochs done after it. */
  int lastEpoch() {
    return firstEpoch + epochs;
  }

  /** Whether it is the run's last. */
  boolean isLast() {
    return index >= run.stages().size() - 1;
  }

  /** Its number, from 1; 0 for the one stage of a run without stages. */
  int number() {
    return run.stages().isEmpty() ? 0 : index + 1;
  }

  /** Its name; empty for the one stage of a run without stages. */
  String name() {
    return run.stages().isEmpty() ? "" : run.stages().get(index).name();
  }

  /** For people. */
  String title() {
    return "%d of %d, %s: %s, epochs %d to %d, trains %s"
        .formatted(
            index + 1,
            run.stages().size(),
            name(),
            Counts.of(epochs, "epoch"),
            firstEpoch + 1,
            lastEpoch(),
            words);
  }
}
