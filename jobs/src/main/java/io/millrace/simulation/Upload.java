package io.millrace.simulation;

/**
 * {@code W u / B}: all results go to the driver, unless executors exchange slices, of which each
 * then sends and receives {@code u (W - 1) / W}, and the driver takes the average.
 *
 * @param given the network
 */
record Upload(Given given) implements Term {
  @Override
  public String name() {
    return "upload";
  }

  @Override
  public Place place() {
    return Place.NETWORK;
  }

  @Override
  public double seconds(Round round) {
    double workers = round.workers();
    double bytes =
        round.onExecutors() ? (2 * (workers - 1) / workers + 1) * round.up() : workers * round.up();
    return bytes / given.bytesPerSecond() + (round.onExecutors() ? 2 : 1) * given.latency();
  }
}
