package io.millrace.simulation;

/**
 * {@code w t}: what workers compute for longer in a round of one update than by its share of a
 * round of many, as its caches are cold and the other core still sends tasks out.
 *
 * @param perTask seconds
 * @param given slots
 */
record TaskStart(double perTask, Given given) implements Term {
  @Override
  public String name() {
    return "start";
  }

  @Override
  public Place place() {
    return Place.WORKERS;
  }

  @Override
  public double seconds(Round round) {
    return given.waves(round) * perTask;
  }
}
