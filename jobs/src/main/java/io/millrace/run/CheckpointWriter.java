package io.millrace.run;

import io.millrace.checkpoint.Best;
import io.millrace.checkpoint.Checkpoint;
import io.millrace.checkpoint.CheckpointStore;
import io.millrace.config.ConfigWriter;
import io.millrace.metrics.EndedEpoch;
import io.millrace.metrics.RunListener;
import io.millrace.recipe.Metric;
import io.millrace.state.Position;
import io.millrace.state.RunState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Supplier;

/** Writes checkpoints of a run, and knows the best epoch so far. Lives on the driver. */
final class CheckpointWriter implements RunListener {
  private final CheckpointStore store;
  private final TrainingSetup setup;
  private final RunMemory memory;
  private final Supplier<String> metrics;
  private final Supplier<String> diagnostics;
  private Best best;
  private Optional<Position> written;

  /**
   * A writer.
   *
   * @param memory gives what is written
   * @param metrics gives the lines of metrics.jsonl up to the epoch that is written
   * @param diagnostics gives those of diagnostics.jsonl
   * @param best the best epoch of what the run goes on from; null where there is none
   * @param written the checkpoint that the run goes on from, if it is one of its own
   */
  CheckpointWriter(
      CheckpointStore store,
      TrainingSetup setup,
      RunMemory memory,
      Supplier<String> metrics,
      Supplier<String> diagnostics,
      Best best,
      Optional<Position> written) {
    this.store = store;
    this.setup = setup;
    this.memory = memory;
    this.metrics = metrics;
    this.diagnostics = diagnostics;
    this.best = best;
    this.written = written;
  }

  @Override
  public void epochEnded(EndedEpoch epoch) throws IOException {
    Metric metric = setup.config().evaluation().metric();
    write(
        epoch.state(),
        Best.of(
            best, metric, epoch.metrics().epoch(), epoch.metrics().steering().get(metric.key())));
  }

  /** Writes what was trained since the newest checkpoint; returns the path of the newest. */
  Optional<String> save() {
    if (memory.isNew() && !written.equals(Optional.of(memory.position()))) {
      try {
        write(memory.now(), best);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return written();
  }

  private void write(RunState state, Best known) throws IOException {
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
                memory.compute()));
    written = Optional.of(state.position());
  }

  /** The best epoch so far, null where there is none. */
  Best best() {
    return best;
  }

  /** Path of the newest checkpoint to go on from. */
  Optional<String> written() {
    return written.map(store::path);
  }
}
