package io.millrace.evaluate;

import io.millrace.dataset.Split;
import java.util.List;
import java.util.TreeSet;

/**
 * Sums outcomes in double, in the order of blocks and rows, so that a report does not depend on
 * which task did what. Lives on the driver.
 */
final class OutcomeTally {
  private static final int WORST = 64;

  private final int classes;
  private final long[][] confusion;
  private final TreeSet<Mistake> worst = new TreeSet<>(Mistake.WORST_FIRST);
  private final CalibrationTally calibration = new CalibrationTally();
  private long examples;
  private long first;
  private long firstFive;
  private double loss;

  OutcomeTally(int classes) {
    this.classes = classes;
    this.confusion = new long[classes][classes];
  }

  /** Adds a block; blocks come in their order. */
  void add(int block, List<Outcome> outcomes) {
    double sum = 0;
    for (int row = 0; row < outcomes.size(); row++) {
      Outcome outcome = outcomes.get(row);
      examples++;
      sum += outcome.loss();
      confusion[outcome.label()][outcome.predicted()]++;
      calibration.add(outcome.confidence(), outcome.rank() == 0);
      if (outcome.rank() == 0) {
        first++;
      } else {
        remember(block, row, outcome);
      }
      if (outcome.rank() < Math.min(5, classes)) {
        firstFive++;
      }
    }
    loss += sum;
  }

  private void remember(int block, int row, Outcome o) {
    worst.add(new Mistake(o.id(), block, row, o.label(), o.predicted(), o.loss(), o.confidence()));
    if (worst.size() > WORST) {
      worst.pollLast();
    }
  }

  EvaluationReport report(Split split, double wallSeconds) {
    return new EvaluationReport(
        split,
        examples,
        loss / examples,
        (double) first / examples,
        (double) firstFive / examples,
        confusion,
        calibration.calibration(),
        List.copyOf(worst),
        wallSeconds);
  }
}
