package io.millrace.training;

/** The mean loss of the examples of all rounds heard of. */
final class LossMeter implements RoundListener {
  private double sum;
  private long examples;

  @Override
  public void roundEnded(RoundReport report) {
    sum += report.lossSum();
    examples += report.feed().examples();
  }

  double mean() {
    return sum / examples;
  }
}
