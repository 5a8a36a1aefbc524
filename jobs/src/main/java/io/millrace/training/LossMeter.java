package io.millrace.training;

/** The mean loss of the examples of all rounds heard of. */
final class LossMeter implements RoundListener {
  private double sum;
  private double examples;

  @Override
  public void roundEnded(RoundReport report) {
    sum += report.measures().sum(RoundReport.LOSS);
    examples += report.measures().weight(RoundReport.LOSS);
  }

  double mean() {
    return sum / examples;
  }
}
