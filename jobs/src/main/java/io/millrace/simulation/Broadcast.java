package io.millrace.simulation;

/**
 * {@code e d}: the driver cuts the weights into pieces, whatever the number of workers.
 *
 * @param perByte seconds
 */
record Broadcast(double perByte) implements Term {
  @Override
  public String name() {
    return "broadcast";
  }

  @Override
  public Place place() {
    return Place.DRIVER;
  }

  @Override
  public double seconds(Round round) {
    return perByte * round.down();
  }
}
