package io.millrace.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Made-up metrics of a plausible run, to look at and to test with. */
public final class SampleMetrics {
  private SampleMetrics() {}

  /** An epoch after which nothing was evaluated. */
  public static EpochMetrics unvalidated(int epoch) {
    double nan = Double.NaN;
    EpochMetrics e = of(epoch).get(epoch - 1);
    return new EpochMetrics(
        epoch,
        e.endedAt(),
        e.updates(),
        e.rounds(),
        e.examplesSeen(),
        e.examplesDistinct(),
        e.examplesInSet(),
        e.trainLoss(),
        nan,
        nan,
        nan,
        e.shadows(),
        e.learningRateFirst(),
        e.learningRateLast(),
        e.imagesPerSecond(),
        e.wallSeconds(),
        0,
        e.seconds(),
        e.waitShare(),
        e.bytesRead(),
        e.bytesInSet());
  }

  /** The metrics of {@code epochs} epochs. */
  public static List<EpochMetrics> of(int epochs) {
    Random random = new Random(1);
    List<EpochMetrics> metrics = new ArrayList<>();
    for (int e = 1; e <= epochs; e++) {
      double t = (double) e / epochs;
      double wall = 118 + 4 * random.nextDouble();
      double rate = 0.4 * (1 + Math.cos(Math.PI * t));
      metrics.add(
          new EpochMetrics(
              e,
              "2026-01-31T%02d:30:00Z".formatted(e % 24),
              53L * e,
              53,
              54_000,
              54_000,
              54_000,
              0.25 + 1.5 * Math.exp(-4 * t),
              0.27 + 1.2 * Math.exp(-4 * t) + 0.06 * random.nextDouble(),
              0.913 - 0.4 * Math.exp(-5 * t),
              0.997 - 0.1 * Math.exp(-6 * t),
              Map.of(),
              rate,
              rate,
              54_000 / wall,
              wall,
              4.2,
              new TimeSplit(2, 21, 9, 4, 206, 3, 4.5, 2, 1.1),
              4.0 / 210,
              15_000_000,
              14_800_000));
    }
    return metrics;
  }
}
