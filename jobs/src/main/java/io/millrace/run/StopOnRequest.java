package io.millrace.run;

import io.millrace.metrics.RunListener;
import io.millrace.state.Tally;
import io.millrace.training.RoundReport;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Ends a run that was asked to stop, after the round in which it was asked, whose checkpoint it has
 * written. The last round of an epoch is let through: its evaluation and its checkpoint are next.
 *
 * @param asked whether it was
 * @param endsEpoch whether the last round was its epoch's last
 * @param save writes what is not written yet; path of the newest checkpoint to go on from
 */
record StopOnRequest(
    BooleanSupplier asked, BooleanSupplier endsEpoch, Supplier<Optional<String>> save)
    implements RunListener {
  @Override
  public void epochStarted(int epoch, Tally done) {
    stopIfAsked();
  }

  @Override
  public void roundEnded(RoundReport round) {
    if (!endsEpoch.getAsBoolean()) {
      stopIfAsked();
    }
  }

  private void stopIfAsked() {
    if (asked.getAsBoolean()) {
      throw new StoppedException(save.get());
    }
  }
}
