package io.millrace.evaluate;

import io.millrace.dataset.Split;
import java.io.Serializable;
import java.util.List;

/**
 * How well a network does on a split.
 *
 * @param split the split
 * @param examples examples evaluated
 * @param loss mean cross entropy on hard labels, in nats
 * @param top1 share of the examples whose class has the largest probability
 * @param top5 share of the examples whose class is among the first min(5, K)
 * @param confusion examples by [true class][predicted class]
 * @param calibration whether it is as sure as it is right
 * @param worst the examples of largest loss among the wrong ones, worst first
 * @param wallSeconds time it took
 */
public record EvaluationReport(
    Split split,
    long examples,
    double loss,
    double top1,
    double top5,
    long[][] confusion,
    Calibration calibration,
    List<Mistake> worst,
    double wallSeconds)
    implements Serializable {
  /** Whether there are classes enough for top-5 to say anything. */
  public boolean top5Tells() {
    return confusion.length > 5;
  }
}
