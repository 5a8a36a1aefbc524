package io.millrace.metrics;

import io.millrace.dataset.IdSum;
import io.millrace.state.Tally;
import io.millrace.training.RoundReport;
import io.millrace.wire.Measures;

/**
 * Adds up the rounds of an epoch, also from where a checkpoint left it. Of what diagnostics read,
 * which is much, it keeps nothing. Lives on the driver.
 */
public final class EpochTally implements RunListener {
  /** Time and examples of rounds that images/s does not count: a start's first. */
  static final String START_UP = "start_up";

  private Tally tally = Tally.NOTHING;
  private boolean started;

  @Override
  public void epochStarted(int epoch, Tally done) {
    tally = done;
  }

  @Override
  public void roundEnded(RoundReport report) {
    RoundReport round = report.withoutReadings();
    IdSum ids = new IdSum(tally.idSumHigh(), tally.idSumLow());
    ids.add(new IdSum(round.feed().idSumHigh(), round.feed().idSumLow()));
    Measures measures = new Measures().add(tally.measures()).add(round.measures());
    if (!started) {
      started = true;
      measures.add(START_UP, round.measures().sum(RoundReport.WALL), round.feed().examples());
    }
    tally =
        new Tally(
            tally.rounds() + 1,
            round.firstUpdate() + round.updates(),
            tally.rounds() == 0 ? round.firstRate() : tally.firstRate(),
            round.lastRate(),
            tally.examples() + round.feed().examples(),
            ids.high(),
            ids.low(),
            measures);
  }

  /** Whether it has heard of a round since the run began, or went on. */
  public boolean isStarted() {
    return started;
  }

  /** What they have come to so far. */
  public Tally now() {
    return tally;
  }
}
