package io.millrace.simulation;

import io.millrace.metrics.Figures;
import java.util.ArrayList;
import java.util.List;

/**
 * Rounds as people read them.
 *
 * @param rounds of growing numbers of workers
 * @param images of an epoch
 * @param price of an executor for an hour; null for hours in the place of a cost
 */
public record SimulationTable(List<Simulated> rounds, long images, Double price) {
  private static final double HALF = 0.5;
  private static final double MOST = 0.9;
  private static final double SECONDS_AN_HOUR = 3600;

  /** A row for each round, heads first. */
  public List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "workers",
            "global batch",
            "round",
            "images/s",
            "efficiency",
            "driver",
            "network",
            "epoch",
            price == null ? "executor hours" : "cost of an epoch",
            "every for 50 %",
            "every for 90 %",
            "average on"));
    rounds.forEach(each -> rows.add(row(each)));
    return rows;
  }

  private List<String> row(Simulated each) {
    double epoch = images / each.imagesPerSecond();
    double hours = epoch * each.round().workers() / SECONDS_AN_HOUR;
    return List.of(
        Figures.format("%,d", each.round().workers()),
        Figures.format("%,d", globalBatch(each)),
        time(each.seconds()),
        Figures.number(each.imagesPerSecond()),
        share(each.efficiency()),
        share(each.driverShare()),
        share(each.networkShare()),
        Figures.duration(epoch),
        Figures.number(price == null ? hours : hours * price),
        every(each.every(HALF)),
        every(each.every(MOST)),
        each.round().onExecutors() ? "executors" : "driver");
  }

  /** From where on what is full. */
  public List<String> notices() {
    List<String> notices = new ArrayList<>();
    add(
        notices,
        "the driver takes half of a round",
        Simulation.first(rounds, each -> each.driverShare() >= HALF));
    add(
        notices,
        "the network takes half of a round",
        Simulation.first(rounds, each -> each.networkShare() >= HALF));
    add(
        notices,
        "an update takes more images than train has",
        Simulation.first(rounds, each -> globalBatch(each) > images));
    return notices;
  }

  private static void add(List<String> notices, String what, int workers) {
    if (workers > 0) {
      notices.add(Figures.format("From %,d workers on %s.", workers, what));
    }
  }

  private static long globalBatch(Simulated each) {
    return each.round().images() / each.round().updates();
  }

  private static String every(long updates) {
    return updates == Long.MAX_VALUE ? "never" : String.valueOf(updates);
  }

  private static String share(double share) {
    return Figures.format("%.1f %%", 100 * share);
  }

  /** Seconds in the unit that fits them. */
  static String time(double seconds) {
    if (seconds >= 1) {
      return Figures.duration(seconds);
    }
    return seconds < 1e-3
        ? Figures.number(seconds * 1e6) + " us"
        : Figures.number(seconds * 1e3) + " ms";
  }
}
