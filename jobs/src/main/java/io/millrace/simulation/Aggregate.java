package io.millrace.simulation;

/**
 * {@code a + r W u} on the driver, {@code a + r u} where each executor averages its part.
 *
 * @param fixed seconds of any
 * @param perByte seconds of a byte of a worker
 */
record Aggregate(double fixed, double perByte) implements Term {
  @Override
  public String name() {
    return "aggregate";
  }

  @Override
  public Place place() {
    return Place.DRIVER;
  }

  @Override
  public double seconds(Round round) {
    return fixed + perByte * round.up() * (round.onExecutors() ? 1 : round.workers());
  }
}
