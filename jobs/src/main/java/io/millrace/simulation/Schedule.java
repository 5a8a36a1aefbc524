package io.millrace.simulation;

/**
 * {@code job + task W}: Spark starts a job of W tasks and hears of their ends.
 *
 * @param job seconds of a job
 * @param task seconds of a task, on the driver
 */
record Schedule(double job, double task) implements Term {
  @Override
  public String name() {
    return "schedule";
  }

  @Override
  public Place place() {
    return Place.DRIVER;
  }

  @Override
  public double seconds(Round round) {
    return job + task * round.workers();
  }
}
