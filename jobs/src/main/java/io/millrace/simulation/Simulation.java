package io.millrace.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/** Rounds of 1 to 1,024 workers. */
public final class Simulation {
  private static final int MOST = 1024;

  private Simulation() {}

  /**
   * Works rounds out for 1, 2, 4 and so on workers.
   *
   * @param calibration of the terms
   * @param given the cluster
   * @param rounds the round of so many workers
   */
  public static List<Simulated> of(
      Calibration calibration, Given given, IntFunction<Round> rounds) {
    List<Simulated> all = new ArrayList<>();
    for (int workers = 1; workers <= MOST; workers *= 2) {
      all.add(round(calibration, given, rounds.apply(workers)));
    }
    return all;
  }

  /** One round. */
  public static Simulated round(Calibration calibration, Given given, Round round) {
    return new Simulated(round, calibration.terms(given));
  }

  /** The least of the workers of whom this holds; 0 if of none. */
  public static int first(List<Simulated> rounds, Predicate<Simulated> holds) {
    return rounds.stream().filter(holds).mapToInt(each -> each.round().workers()).min().orElse(0);
  }
}
