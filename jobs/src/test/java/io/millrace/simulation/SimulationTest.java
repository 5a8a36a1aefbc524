package io.millrace.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.millrace.metrics.EpochMetrics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Against sums made by hand. */
class SimulationTest {
  private static final double CLOSE = 1e-9;
  private static final Given NETWORK = new Given(1e9, 0.001, 0, 1);

  private static Round round(int workers, int updates) {
    return new Round(workers, updates, 10, 8_000_000, 4_000_000, false);
  }

  /** 10 ms an image, 5 ms a codec, 20 + 3 W ms a job, 8 ms a broadcast, 2 + 4 W ms an average. */
  private static MeasuredRun run(int workers, double rest) {
    double compute = 0.1 * (1 + 0.2 * (workers - 1));
    double schedule = 0.02 + 0.003 * workers;
    double aggregate = 0.002 + 0.004 * workers;
    double wall = compute + 0.005 + schedule + aggregate + 0.008 + rest;
    return new MeasuredRun(
        round(workers, 1), true, compute, 0.005, schedule, aggregate, 0.008, wall);
  }

  private static Calibration calibrated() {
    double waiting = 0.1 * Stragglers.largest(2) * (0.12 + 0.005);
    return Calibration.of(List.of(run(1, 0.001), run(2, 0.001 + waiting)));
  }

  @Test
  void twoRunsGiveEveryTerm() {
    Calibration terms = calibrated();
    assertThat(terms.compute()).isCloseTo(0.01, within(CLOSE));
    assertThat(terms.contention()).isCloseTo(0.2, within(CLOSE));
    assertThat(terms.codec()).isCloseTo(0.005 / 12e6, within(1e-15));
    assertThat(terms.schedule().job()).isCloseTo(0.02, within(CLOSE));
    assertThat(terms.schedule().task()).isCloseTo(0.003, within(CLOSE));
    assertThat(terms.broadcast().perByte()).isCloseTo(1e-9, within(1e-15));
    assertThat(terms.aggregate().fixed()).isCloseTo(0.002, within(CLOSE));
    assertThat(terms.aggregate().perByte()).isCloseTo(1e-9, within(1e-15));
    assertThat(terms.rest()).isCloseTo(0.001, within(CLOSE));
    assertThat(terms.spread()).isCloseTo(0.1, within(CLOSE));
  }

  @Test
  void theSpreadIsThatOfAnUpdate() {
    double waiting = 0.1 * Stragglers.largest(2) * (0.48 + 0.005) / Math.sqrt(4);
    double wall = 0.48 + 0.005 + 0.026 + 0.01 + 0.008 + 0.001 + waiting;
    MeasuredRun ofFour = new MeasuredRun(round(2, 4), true, 0.48, 0.005, 0.026, 0.01, 0.008, wall);
    Calibration terms = Calibration.of(List.of(run(1, 0.001), ofFour));
    assertThat(terms.spread()).isCloseTo(0.1, within(CLOSE));
  }

  /** 20 ms to start, and 100 ms an update of one worker, 120 of two. */
  private static MeasuredRun started(int workers, int updates) {
    double compute = 0.02 + 0.1 * updates * (1 + 0.2 * (workers - 1));
    return new MeasuredRun(
        round(workers, updates), true, compute, 0.005, 0.026, 0.01, 0.008, compute + 0.049);
  }

  @Test
  void runsThatDifferInTheirUpdatesTellWhatATaskTakesBesides() {
    Calibration terms =
        Calibration.of(List.of(started(1, 1), started(1, 4), started(2, 1), started(2, 4)));
    assertThat(terms.start()).isCloseTo(0.02, within(CLOSE));
    assertThat(terms.compute()).isCloseTo(0.01, within(CLOSE));
    assertThat(terms.contention()).isCloseTo(0.2, within(CLOSE));
    Simulated waves = Simulation.round(terms.spread(0.1), Given.oneMachine(2), round(4, 4));
    assertThat(waves.parts().get("start")).isCloseTo(2 * 0.02, within(CLOSE));
    assertThat(waves.parts().get("compute")).isCloseTo(2 * 0.48, within(CLOSE));
    assertThat(waves.parts().get("waiting"))
        .isCloseTo(
            0.1 * Stragglers.largest(2) * (0.02 + 0.48 + 0.005) / Math.sqrt(4), within(CLOSE));
    assertThat(waves.efficiency()).isCloseTo(0.96 / waves.seconds(), within(CLOSE));
    assertThat(calibrated().start()).isZero();
  }

  /**
   * Blom's approximation against exact means of the largest: 0.5642 of 2, 1.0294 of 4, 1.7660 of
   * 16.
   */
  @Test
  void theSlowestIsThatOfANormalSample() {
    assertThat(Stragglers.largest(1)).isZero();
    assertThat(Stragglers.largest(2)).isCloseTo(0.5642, within(0.03));
    assertThat(Stragglers.largest(4)).isCloseTo(1.0294, within(0.03));
    assertThat(Stragglers.largest(16)).isCloseTo(1.7660, within(0.03));
  }

  @Test
  void aRoundIsTheSumOfItsTerms() {
    Simulated four = Simulation.round(calibrated(), NETWORK, round(4, 2));
    Map<String, Double> parts = four.parts();
    assertThat(parts.get("schedule")).isCloseTo(0.032, within(CLOSE));
    assertThat(parts.get("handover")).isZero();
    assertThat(parts.get("broadcast")).isCloseTo(0.008, within(CLOSE));
    // 3 hops: 8 MB, and two pieces of 4095 KiB behind the first
    assertThat(parts.get("download"))
        .isCloseTo(0.008 + 2 * 4095 * 1024 / 1e9 + 0.003, within(CLOSE));
    assertThat(parts.get("compute")).isCloseTo(0.2, within(CLOSE));
    assertThat(parts.get("codec")).isCloseTo(0.005, within(CLOSE));
    assertThat(parts.get("waiting"))
        .isCloseTo(0.1 * Stragglers.largest(4) * 0.205 / Math.sqrt(2), within(CLOSE));
    assertThat(parts.get("upload")).isCloseTo(0.017, within(CLOSE));
    assertThat(parts.get("aggregate")).isCloseTo(0.018, within(CLOSE));
    assertThat(parts.get("rest")).isCloseTo(0.001, within(CLOSE));
    double seconds = parts.values().stream().mapToDouble(Double::doubleValue).sum();
    assertThat(four.seconds()).isCloseTo(seconds, within(CLOSE));
    assertThat(four.imagesPerSecond()).isCloseTo(80 / seconds, within(CLOSE));
    assertThat(four.efficiency()).isCloseTo(0.2 / seconds, within(CLOSE));
    assertThat(four.driverShare())
        .isCloseTo((0.032 + 0.008 + 0.018 + 0.001) / seconds, within(CLOSE));
  }

  @Test
  void fewerSlotsThanWorkersMakeWaves() {
    Given machine = Given.oneMachine(2);
    Simulated eight = Simulation.round(calibrated(), machine, round(8, 1));
    assertThat(eight.parts().get("compute")).isCloseTo(4 * 0.12, within(CLOSE));
    assertThat(eight.parts().get("codec")).isCloseTo(4 * 0.005, within(CLOSE));
    assertThat(eight.parts().get("handover")).isCloseTo(3 * 0.02, within(CLOSE));
    assertThat(eight.parts().get("waiting"))
        .isCloseTo(0.1 * Stragglers.largest(2) * 0.125, within(CLOSE));
    assertThat(eight.networkShare()).isZero();
  }

  @Test
  void executorsThatAverageSpareTheDriver() {
    Round many = new Round(100, 1, 10, 8_000_000, 4_000_000, true);
    Simulated round = Simulation.round(calibrated(), NETWORK, many);
    assertThat(round.parts().get("aggregate")).isCloseTo(0.006, within(CLOSE));
    assertThat(round.parts().get("upload")).isCloseTo(0.004 * (1.98 + 1) + 0.002, within(CLOSE));
  }

  /** By trying one after the other. */
  @Test
  void theLeastEveryIsTheFirstThatReachesItsShare() {
    for (int workers : new int[] {2, 64, 512}) {
      for (double spread : new double[] {0, 0.1, 1}) {
        Simulated round = Simulation.round(calibrated().spread(spread), NETWORK, round(workers, 1));
        for (double share : new double[] {0.01, 0.5, 0.9}) {
          int every = 1;
          while (new Simulated(round.round().every(every), round.terms()).efficiency() < share) {
            every++;
          }
          assertThat(round.every(share)).isEqualTo(every);
        }
      }
    }
    Simulated late = Simulation.round(calibrated().spread(1e4), NETWORK, round(512, 1));
    assertThat(late.every(0.9)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aRunOfOneNumberOfWorkersIsTakenToGrowWithIt() {
    Calibration one = Calibration.of(List.of(run(2, 0)));
    assertThat(one.schedule().job()).isZero();
    assertThat(one.schedule().task()).isCloseTo(0.013, within(CLOSE));
    assertThat(one.contention()).isZero();
  }

  @Test
  void withoutARunOfTheNetworkNothingIsKnown() {
    MeasuredRun run = run(1, 0);
    MeasuredRun other =
        new MeasuredRun(run.round(), false, run.compute(), run.codec(), 0.1, 0.1, 0.1, run.wall());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Calibration.of(List.of(other)))
        .withMessageContaining("must have the network, input, batch and precision of this config");
  }

  @Test
  void roundsGoUpTo1024WorkersAndSayWhereTheDriverIsFull() {
    List<Simulated> rounds = Simulation.of(calibrated(), NETWORK, workers -> round(workers, 1));
    assertThat(rounds)
        .extracting(each -> each.round().workers())
        .containsExactly(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024);
    int full = Simulation.first(rounds, each -> each.driverShare() >= 0.5);
    assertThat(full).isEqualTo(64);
    assertThat(Simulation.first(rounds, each -> each.seconds() > 1e6)).isZero();
  }

  /** The second of two epochs: 4 rounds of 2 updates of 2 workers with 10 images each. */
  @Test
  void aMeasuredRunIsItsEpochsButTheFirst() {
    List<EpochMetrics> epochs = new ArrayList<>();
    for (int epoch = 1; epoch <= 2; epoch++) {
      Map<String, Number> figures = new LinkedHashMap<>();
      figures.put("rounds", 4L);
      figures.put("examples_seen", 160L);
      figures.put("wall_seconds", epoch == 1 ? 99.0 : 2.0);
      figures.put("seconds.compute", 2.4);
      figures.put("seconds.waiting", 0.8);
      figures.put("seconds.serialise", 0.8);
      figures.put("seconds.schedule", 0.4);
      figures.put("seconds.aggregate", 0.2);
      figures.put("seconds.broadcast", 0.1);
      figures.put("measures.bytes_down", 8e6);
      figures.put("measures.bytes_up", 4e6);
      epochs.add(new EpochMetrics(epoch, "2026-01-31T12:30:00Z", figures));
    }
    MeasuredRun run = MeasuredRun.of(epochs, 2, 10, false, true);
    assertThat(run.round()).isEqualTo(round(2, 2));
    assertThat(run.compute()).isCloseTo(0.4, within(CLOSE));
    assertThat(run.codec()).isCloseTo(0.1, within(CLOSE));
    assertThat(run.schedule()).isCloseTo(0.1, within(CLOSE));
    assertThat(run.wall()).isCloseTo(0.5, within(CLOSE));
    assertThat(run.rest()).isZero();
  }
}
