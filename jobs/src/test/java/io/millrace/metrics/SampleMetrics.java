package io.millrace.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Made-up metrics of a plausible run, to look at and to test with. */
public final class SampleMetrics {
  private SampleMetrics() {}

  /** An epoch after which nothing was evaluated. */
  public static EpochMetrics unvalidated(int epoch) {
    EpochMetrics measured = of(epoch).get(epoch - 1);
    Map<String, Number> figures = new LinkedHashMap<>(measured.figures());
    List.of("val_loss", "val_top1", "val_top5").forEach(name -> figures.put(name, Double.NaN));
    figures.put("validation_seconds", 0.0);
    return new EpochMetrics(epoch, measured.endedAt(), figures);
  }

  /** The metrics of {@code epochs} epochs. */
  public static List<EpochMetrics> of(int epochs) {
    Random random = new Random(1);
    List<EpochMetrics> metrics = new ArrayList<>();
    for (int e = 1; e <= epochs; e++) {
      double t = (double) e / epochs;
      double wall = 118 + 4 * random.nextDouble();
      double rate = 0.4 * (1 + Math.cos(Math.PI * t));
      Map<String, Number> figures = new LinkedHashMap<>();
      figures.put("updates", 53L * e);
      figures.put("rounds", 53L);
      figures.put("examples_seen", 54_000L);
      figures.put("examples_distinct", 54_000L);
      figures.put("examples_in_set", 54_000L);
      figures.put("train_loss", 0.25 + 1.5 * Math.exp(-4 * t));
      figures.put("val_loss", 0.27 + 1.2 * Math.exp(-4 * t) + 0.06 * random.nextDouble());
      figures.put("val_top1", 0.913 - 0.4 * Math.exp(-5 * t));
      figures.put("val_top5", 0.997 - 0.1 * Math.exp(-6 * t));
      figures.put("learning_rate_first", rate);
      figures.put("learning_rate_last", rate);
      figures.put("images_per_second", 54_000 / wall);
      figures.put("wall_seconds", wall);
      figures.put("validation_seconds", 4.2);
      seconds().forEach((time, value) -> figures.put("seconds." + time, value));
      figures.put("wait_share", 4.0 / 210);
      figures.put("bytes_read", 15_000_000L);
      figures.put("bytes_in_set", 14_800_000L);
      metrics.add(new EpochMetrics(e, "2026-01-31T%02d:30:00Z".formatted(e % 24), figures));
    }
    return metrics;
  }

  private static Map<String, Double> seconds() {
    Map<String, Double> seconds = new LinkedHashMap<>();
    seconds.put("read", 2.0);
    seconds.put("decode", 21.0);
    seconds.put("augment", 9.0);
    seconds.put("waiting", 4.0);
    seconds.put("compute", 206.0);
    seconds.put("serialise", 3.0);
    seconds.put("schedule", 4.5);
    seconds.put("aggregate", 2.0);
    seconds.put("broadcast", 1.1);
    return seconds;
  }
}
