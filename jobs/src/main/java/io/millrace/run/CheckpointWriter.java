package io.millrace.run;

import io.millrace.checkpoint.Best;
import io.millrace.checkpoint.Checkpoint;
import io.millrace.checkpoint.CheckpointStore;
import io.millrace.checkpoint.CheckpointThread;
import io.millrace.config.CheckpointConfig;
import io.millrace.config.ConfigWriter;
import io.millrace.evaluate.EvaluationConfig.Keep;
import io.millrace.metrics.EndedEpoch;
import io.millrace.metrics.RunListener;
import io.millrace.recipe.Metric;
import io.millrace.state.Position;
import io.millrace.state.RunState;
import io.millrace.training.RoundReport;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Says when a run has to write a checkpoint, and what is in it: every so many epochs, and after so
 * many minutes at the next round. Lives on the driver.
 */
final class CheckpointWriter implements RunListener, AutoCloseable {
  private static final double NANOS_A_MINUTE = 60e9;

  private final CheckpointStore store;
  private final CheckpointThread thread;
  private final TrainingSetup setup;
  private final RunMemory memory;
  private final Supplier<String> metrics;
  private final Supplier<String> diagnostics;
  private final LongSupplier clock;
  private long last;

  /**
   * A writer.
   *
   * @param memory gives what is written
   * @param metrics gives the lines of metrics.jsonl up to the epoch that is written
   * @param diagnostics gives those of diagnostics.jsonl
   * @param clock in ns
   */
  CheckpointWriter(
      CheckpointStore store,
      CheckpointThread thread,
      TrainingSetup setup,
      RunMemory memory,
      Supplier<String> metrics,
      Supplier<String> diagnostics,
      LongSupplier clock) {
    this.store = store;
    this.thread = thread;
    this.setup = setup;
    this.memory = memory;
    this.metrics = metrics;
    this.diagnostics = diagnostics;
    this.clock = clock;
    this.last = clock.getAsLong();
  }

  @Override
  public void roundEnded(RoundReport round) {
    thread.look();
    if (isLate() && !thread.isBusy() && !memory.endsEpoch()) {
      write(memory.now(), thread.best());
    }
  }

  @Override
  public void epochEnded(EndedEpoch epoch) {
    thread.settle();
    Metric metric = setup.config().evaluation().metric();
    Best before = thread.best();
    Best known =
        Best.of(
            before, metric, epoch.metrics().epoch(), epoch.metrics().steering().get(metric.key()));
    if (isDue(epoch.metrics().epoch())
        || isLate()
        || !Objects.equals(known, before) && keepsBest()) {
      write(epoch.state(), known);
    } else {
      thread.best(known);
    }
  }

  private boolean isDue(int epoch) {
    return epoch % when().everyEpochs() == 0 || epoch == setup.run().training().epochs();
  }

  private boolean isLate() {
    double nanos = when().everyMinutes() * NANOS_A_MINUTE;
    return nanos > 0 && clock.getAsLong() - last >= nanos;
  }

  private boolean keepsBest() {
    return setup.config().evaluation().keep() == Keep.BEST;
  }

  private CheckpointConfig when() {
    return setup.config().checkpoint();
  }

  /** Writes what was trained since the newest checkpoint; returns the path of the newest. */
  Optional<String> save() {
    thread.settle();
    if (memory.isNew() && !thread.written().equals(Optional.of(memory.position()))) {
      write(memory.now(), thread.best());
      thread.settle();
    }
    return written();
  }

  private void write(RunState state, Best known) {
    last = clock.getAsLong();
    thread.save(
        new Checkpoint(
            state,
            setup.fingerprints(),
            ConfigWriter.shown(setup.run()),
            Optional.of(setup.card()),
            metrics.get(),
            diagnostics.get(),
            known,
            memory.compute()));
  }

  /** The best epoch so far, null where there is none. */
  Best best() {
    thread.settle();
    return thread.best();
  }

  /** The state after the best epoch. */
  RunState ofBest() throws IOException {
    return thread.ofBest().state();
  }

  /** How far the newest checkpoint to go on from is. */
  Optional<Position> at() {
    return thread.written();
  }

  /** Path of the newest checkpoint to go on from, of those that are whole by now. */
  Optional<String> written() {
    return thread.written().map(store::path);
  }

  @Override
  public void close() {
    thread.close();
  }

  /** The same of a run that has failed, which nothing is to hide. */
  void close(Throwable failure) {
    try {
      close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }
}
