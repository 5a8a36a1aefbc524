package io.millrace.recipe;

/**
 * The same rate at every update: {@code rate(u) = rate}.
 *
 * @param rate the rate
 */
public record ConstantSchedule(double rate) implements Schedule {
  public ConstantSchedule {
    Schedule.checkRate("rate", rate);
  }

  @Override
  public double rate(long update) {
    return rate;
  }

  @Override
  public String toString() {
    return "constant at " + Schedule.text(rate);
  }
}
