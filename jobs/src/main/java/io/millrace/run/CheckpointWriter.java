package io.millrace.run;

import io.millrace.checkpoint.Best;
import io.millrace.checkpoint.Checkpoint;
import io.millrace.checkpoint.CheckpointStore;
import io.millrace.config.ConfigWriter;
import io.millrace.metrics.EndedEpoch;
import io.millrace.metrics.RunListener;
import io.millrace.recipe.Metric;
import io.millrace.state.RunState;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/** Writes a checkpoint after each epoch, and knows the best epoch so far. */
final class CheckpointWriter implements RunListener {
  private final CheckpointStore store;
  private final TrainingSetup setup;
  private final Supplier<String> metrics;
  private final Supplier<String> diagnostics;
  private Best best;
  private Optional<String> written;

  /**
   * A writer.
   *
   * @param metrics gives the lines of metrics.jsonl up to the epoch that is written
   * @param diagnostics gives those of diagnostics.jsonl
   * @param best the best epoch of what the run goes on from; null where there is none
   * @param written path of the checkpoint that the run goes on from, if it is one of its own
   */
  CheckpointWriter(
      CheckpointStore store,
      TrainingSetup setup,
      Supplier<String> metrics,
      Supplier<String> diagnostics,
      Best best,
      Optional<String> written) {
    this.store = store;
    this.setup = setup;
    this.metrics = metrics;
    this.diagnostics = diagnostics;
    this.best = best;
    this.written = written;
  }

  @Override
  public void epochEnded(EndedEpoch epoch) throws IOException {
    RunState state = epoch.state();
    Metric metric = setup.config().evaluation().metric();
    Best known =
        Best.of(
            best, metric, epoch.metrics().epoch(), epoch.metrics().steering().get(metric.key()));
    best =
        store.write(
            new Checkpoint(
                state,
                setup.fingerprints(),
                ConfigWriter.yaml(setup.config()),
                Optional.of(setup.card()),
                metrics.get(),
                diagnostics.get(),
                known,
                epoch.compute()));
    written = Optional.of(store.path(state.epoch()));
  }

  /** The best epoch so far, null where there is none. */
  Best best() {
    return best;
  }

  /** Path of the newest checkpoint to go on from. */
  Optional<String> written() {
    return written;
  }
}
