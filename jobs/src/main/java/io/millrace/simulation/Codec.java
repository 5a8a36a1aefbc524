package io.millrace.simulation;

/**
 * {@code w z (d + u)}: a worker takes the weights in and gives its own out.
 *
 * @param perByte seconds
 * @param given slots
 */
record Codec(double perByte, Given given) implements Term {
  @Override
  public String name() {
    return "codec";
  }

  @Override
  public Place place() {
    return Place.WORKERS;
  }

  @Override
  public double seconds(Round round) {
    return given.waves(round) * perByte * (round.down() + round.up());
  }
}
