package io.millrace.run;

import io.millrace.cluster.FailureWatch;
import io.millrace.metrics.EndedEpoch;
import io.millrace.metrics.RunListener;
import io.millrace.training.RoundReport;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Ends a run in whose epoch too much has failed, also where no job ran that could be cancelled when
 * the last of it did.
 *
 * @param failures counts them
 * @param save writes what is not written yet; path of the newest checkpoint to go on from
 */
record StopOnFailures(FailureWatch failures, Supplier<Optional<String>> save)
    implements RunListener {
  @Override
  public void roundEnded(RoundReport round) {
    failures
        .lost()
        .ifPresent(
            why -> {
              throw new StoppedException("Stopped, as " + why, save.get());
            });
  }

  @Override
  public void epochEnded(EndedEpoch epoch) {
    failures.epochEnded();
  }
}
