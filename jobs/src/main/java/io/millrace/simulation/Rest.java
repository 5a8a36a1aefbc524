package io.millrace.simulation;

/**
 * What of a measured round is in no other term.
 *
 * @param perRound seconds
 */
record Rest(double perRound) implements Term {
  @Override
  public String name() {
    return "rest";
  }

  @Override
  public Place place() {
    return Place.DRIVER;
  }

  @Override
  public double seconds(Round round) {
    return perRound;
  }
}
