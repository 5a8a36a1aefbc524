package io.millrace.simulation;

/**
 * {@code job (w - 1)}: where workers go in waves, a slot is idle from the end of a task until the
 * driver has heard of it and sent the next one, which takes about what starting the first took.
 *
 * @param job seconds of {@link Schedule#job}
 * @param given slots
 */
record Handover(double job, Given given) implements Term {
  @Override
  public String name() {
    return "handover";
  }

  @Override
  public Place place() {
    return Place.DRIVER;
  }

  @Override
  public double seconds(Round round) {
    return job * (given.waves(round) - 1);
  }
}
