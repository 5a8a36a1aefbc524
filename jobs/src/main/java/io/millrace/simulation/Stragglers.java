package io.millrace.simulation;

import java.util.List;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * {@code s q(n) / sqrt(k)} of the time of a task: all wait for the slowest of the n that end
 * together, and what delays one of its k updates seldom delays the others too.
 *
 * <p>Source: the mean of the slowest under local updates, Wang, Joshi, arXiv 1810.08313.
 *
 * @param spread standard deviation of an update over its mean
 * @param task what a task does
 * @param given slots
 */
record Stragglers(double spread, List<Term> task, Given given) implements Term {
  @Override
  public String name() {
    return "waiting";
  }

  @Override
  public Place place() {
    return Place.WORKERS;
  }

  @Override
  public double seconds(Round round) {
    double seconds = task.stream().mapToDouble(each -> each.seconds(round)).sum();
    return spread
        * largest(given.atOnce(round))
        * seconds
        / given.waves(round)
        / Math.sqrt(round.updates());
  }

  /** The mean of the largest of n standard normal values, by Blom. */
  static double largest(int n) {
    return n == 1
        ? 0
        : new NormalDistribution(null, 0, 1).inverseCumulativeProbability((n - 0.375) / (n + 0.25));
  }
}
