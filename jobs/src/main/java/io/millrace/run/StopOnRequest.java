package io.millrace.run;

import io.millrace.metrics.RunListener;
import io.millrace.training.RoundReport;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Ends a run that was asked to stop, after the round in which it was asked. The last round of an
 * epoch is let through: the checkpoint is next.
 *
 * @param asked whether it was
 * @param updates updates of an epoch
 * @param written path of the newest checkpoint to go on from
 */
record StopOnRequest(BooleanSupplier asked, long updates, Supplier<Optional<String>> written)
    implements RunListener {
  @Override
  public void epochStarted(int epoch) {
    stopIfAsked();
  }

  @Override
  public void roundEnded(RoundReport round) {
    if ((round.firstUpdate() + round.updates()) % updates != 0) {
      stopIfAsked();
    }
  }

  private void stopIfAsked() {
    if (asked.getAsBoolean()) {
      throw new StoppedException(written.get());
    }
  }
}
