package io.millrace.metrics;

import io.millrace.state.Tally;
import io.millrace.training.RoundReport;
import java.io.IOException;
import java.util.List;

/**
 * Several listeners as one.
 *
 * @param all in the order in which they hear
 */
public record RunListeners(List<RunListener> all) implements RunListener {
  /** These, in this order. */
  public static RunListeners of(RunListener... listeners) {
    return new RunListeners(List.of(listeners));
  }

  @Override
  public void runStarted(int epochsDone) throws IOException {
    for (RunListener each : all) {
      each.runStarted(epochsDone);
    }
  }

  @Override
  public void epochStarted(int epoch, Tally done) throws IOException {
    for (RunListener each : all) {
      each.epochStarted(epoch, done);
    }
  }

  @Override
  public void roundEnded(RoundReport round) {
    all.forEach(each -> each.roundEnded(round));
  }

  @Override
  public void epochEnded(EndedEpoch epoch) throws IOException {
    for (RunListener each : all) {
      each.epochEnded(epoch);
    }
  }

  @Override
  public void runEnded() throws IOException {
    for (RunListener each : all) {
      each.runEnded();
    }
  }
}
