package io.millrace.simulation;

/**
 * {@code w k b c (1 + g (min(m, W) - 1))}: forward, backward and update.
 *
 * @param perImage seconds of a worker that has its machine for itself, with its waiting for data
 * @param contention by what share each further worker on the machine slows it
 * @param given slots
 */
record Compute(double perImage, double contention, Given given) implements Term {
  @Override
  public String name() {
    return "compute";
  }

  @Override
  public Place place() {
    return Place.WORKERS;
  }

  @Override
  public double seconds(Round round) {
    int beside = Math.min(given.perMachine(), given.atOnce(round)) - 1;
    double image = perImage * (1 + contention * beside);
    return given.waves(round) * image * round.updates() * round.batch();
  }
}
