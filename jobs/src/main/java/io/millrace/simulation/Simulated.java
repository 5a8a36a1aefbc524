package io.millrace.simulation;

import io.millrace.simulation.Term.Place;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A round as it is worked out.
 *
 * @param round it
 * @param terms of its time
 */
public record Simulated(Round round, List<Term> terms) {
  private static final int MOST_UPDATES = 1_000_000;

  /** Seconds by the name of each term, in the order of the round. */
  public Map<String, Double> parts() {
    Map<String, Double> parts = new LinkedHashMap<>();
    terms.forEach(term -> parts.put(term.name(), term.seconds(round)));
    return parts;
  }

  /** Seconds of it. */
  public double seconds() {
    return terms.stream().mapToDouble(term -> term.seconds(round)).sum();
  }

  private double compute() {
    return parts().get("compute");
  }

  /** Images that all workers train in a second. */
  public double imagesPerSecond() {
    return round.images() / seconds();
  }

  /** The share of a round in which workers compute. */
  public double efficiency() {
    return compute() / seconds();
  }

  /** The share of it that is the driver's. */
  public double driverShare() {
    return share(Place.DRIVER);
  }

  /** The share of it in which the network is waited for. */
  public double networkShare() {
    return share(Place.NETWORK);
  }

  private double share(Place place) {
    return terms.stream()
            .filter(term -> term.place() == place)
            .mapToDouble(term -> term.seconds(round))
            .sum()
        / seconds();
  }

  /**
   * The least number of updates a round of which computing takes such a share: what does not grow
   * with them is spread over more, and waiting grows by their root.
   *
   * @return {@link Long#MAX_VALUE} where a million are too few
   */
  public long every(double share) {
    if (with(MOST_UPDATES).efficiency() < share) {
      return Long.MAX_VALUE;
    }
    int least = 1;
    int most = MOST_UPDATES;
    while (least < most) {
      int middle = (least + most) / 2;
      if (with(middle).efficiency() < share) {
        least = middle + 1;
      } else {
        most = middle;
      }
    }
    return least;
  }

  private Simulated with(int updates) {
    return new Simulated(round.every(updates), terms);
  }
}
