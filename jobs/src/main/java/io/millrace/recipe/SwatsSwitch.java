package io.millrace.recipe;

import io.millrace.state.Memory;
import io.millrace.state.Remembered;
import java.util.Map;

/**
 * When {@link Swats} becomes gradient descent. Of each round's averaged step {@code p} over H
 * updates, and the gradient {@code g = (m1 - b1^H * m0) / (1 - b1^H)} that its averaged first
 * moment tells, {@code gamma = p.p / (-H * p.g)}; {@code lambda = b2^H * lambda + (1 - b2^H) *
 * gamma}; {@code L = lambda / (1 - b2^k)} after k updates. When {@code |L - gamma|} is below the
 * tolerance, after the first round, and L above 0, L is the rate from there on. Lives on the
 * driver; does not look at warm-up.
 */
public final class SwatsSwitch implements Remembered {
  private final Swats swats;
  private double lambda;
  private double updates;
  private double found;
  private double rateThen;

  SwatsSwitch(Swats swats) {
    this.swats = swats;
  }

  @Override
  public String name() {
    return "swats";
  }

  /** Whether it has switched. */
  public boolean isSwitched() {
    return found > 0;
  }

  /** Factor of the schedule's rate after the switch. */
  public double factor() {
    return found / rateThen;
  }

  /**
   * The share of the first moment of before that is left after a round.
   *
   * @param updatesOfRound H
   */
  public double left(int updatesOfRound) {
    return StrictMath.pow(swats.beta1(), updatesOfRound);
  }

  /**
   * Takes a round in; returns whether this is the switch, with which the state has to become 0.
   *
   * @param pp the step's square, p.p
   * @param pg the product of step and gradient, p.g
   * @param updatesOfRound H
   * @param rate the schedule's rate of its last update
   */
  public boolean roundEnded(double pp, double pg, int updatesOfRound, double rate) {
    double kept = StrictMath.pow(swats.beta2(), updatesOfRound);
    updates += updatesOfRound;
    if (pg == 0) {
      return false;
    }
    double gamma = pp / (-updatesOfRound * pg);
    lambda = kept * lambda + (1 - kept) * gamma;
    double mean = lambda / (1 - StrictMath.pow(swats.beta2(), updates));
    boolean first = updates <= updatesOfRound; // of which gamma is its own mean
    if (!first && Math.abs(mean - gamma) < swats.tolerance() && mean > 0) {
      found = mean;
      rateThen = rate;
      return true;
    }
    return false;
  }

  @Override
  public Memory save() {
    return Memory.of(
        Map.of("lambda", lambda, "updates", updates, "found", found, "rate", rateThen));
  }

  @Override
  public void restore(Memory memory) {
    lambda = memory.figure("lambda");
    updates = memory.figure("updates");
    found = memory.figure("found");
    rateThen = memory.figure("rate");
  }
}
