package io.millrace.checkpoint;

import io.millrace.backend.Compute;
import io.millrace.model.ModelCard;
import io.millrace.state.RunState;
import java.util.Optional;

/**
 * All that training needs to go on as if it had never stopped.
 *
 * @param state the master weights, how far they have come, and what else is remembered
 * @param fingerprints what it belongs to
 * @param config the resolved config as YAML
 * @param card what the model is; none in a checkpoint that was made without
 * @param metrics the lines of metrics.jsonl up to its epoch
 * @param diagnostics the lines of diagnostics.jsonl up to its epoch; empty without
 * @param best the best epoch up to this one, null where none was validated
 * @param compute what the workers computed with, null in a checkpoint of before they said so
 */
public record Checkpoint(
    RunState state,
    Fingerprints fingerprints,
    String config,
    Optional<ModelCard> card,
    String metrics,
    String diagnostics,
    Best best,
    Compute compute) {
  /** Without diagnostics. */
  public Checkpoint(
      RunState state,
      Fingerprints fingerprints,
      String config,
      Optional<ModelCard> card,
      String metrics,
      Best best,
      Compute compute) {
    this(state, fingerprints, config, card, metrics, "", best, compute);
  }

  /** The same with another state. */
  public Checkpoint withState(RunState other) {
    return new Checkpoint(other, fingerprints, config, card, metrics, diagnostics, best, compute);
  }

  Checkpoint withBest(Best other) {
    return new Checkpoint(state, fingerprints, config, card, metrics, diagnostics, other, compute);
  }
}
