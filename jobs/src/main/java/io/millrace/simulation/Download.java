package io.millrace.simulation;

/**
 * Pieces of 4 MB go from whoever has them to whoever has not: behind the first piece, which takes h
 * = {@code ceil(log2(W + 1))} hops, the others follow one after the other.
 *
 * @param given the network
 */
record Download(Given given) implements Term {
  private static final double PIECE = 4095 * 1024;

  @Override
  public String name() {
    return "download";
  }

  @Override
  public Place place() {
    return Place.NETWORK;
  }

  @Override
  public double seconds(Round round) {
    double hops = Math.ceil(StrictMath.log(round.workers() + 1) / StrictMath.log(2));
    double bytes = round.down() + (hops - 1) * Math.min(PIECE, round.down());
    return bytes / given.bytesPerSecond() + hops * given.latency();
  }
}
