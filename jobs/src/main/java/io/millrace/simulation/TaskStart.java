package io.millrace.simulation;

/**
 * {@code w t}: what a task computes besides its updates. A round of one update computes for longer
 * than by its share of a round of many; where runs do not differ in that, it is 0.
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
