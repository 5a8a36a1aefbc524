package io.millrace.metrics;

import io.millrace.state.Tally;
import io.millrace.training.RoundListener;
import io.millrace.training.RoundReport;
import java.io.IOException;

/**
 * Hears of a run as it goes: progress, metrics files, checkpoints, the stop on request and every
 * sink are listeners, and the run's loop knows nothing of them but their order. What one throws
 * ends the run. All calls come on the driver, on one thread.
 */
public interface RunListener extends RoundListener {
  /** Training begins, or goes on where so many epochs are done. */
  default void runStarted(int epochsDone) throws IOException {}

  /**
   * An epoch begins, or goes on.
   *
   * @param epoch the first is 1
   * @param done its rounds that were trained before, by a stretch of the run that ended within it
   */
  default void epochStarted(int epoch, Tally done) throws IOException {}

  @Override
  default void roundEnded(RoundReport round) {}

  /** An epoch was trained and evaluated. */
  default void epochEnded(EndedEpoch epoch) throws IOException {}

  /** All epochs are done, and the model stands in the run's folder. */
  default void runEnded() throws IOException {}
}
