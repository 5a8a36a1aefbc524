package io.millrace.sink;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows figures of the run in this JVM as metrics of Spark's driver: what was not measured is not a
 * number. Spark makes it and the sink sets the figures, so both meet in what is static; a JVM
 * trains one run at a time.
 */
public final class GaugePlugin implements SparkPlugin {
  /** Figures of an epoch, as in {@code metrics.jsonl}. */
  static final List<String> OF_EPOCH =
      List.of(
          "train_loss",
          "val_loss",
          "val_top1",
          "val_top5",
          "images_per_second",
          "wall_seconds",
          "validation_seconds",
          "wait_share",
          "seconds.compute",
          "seconds.waiting",
          "seconds.serialise",
          "seconds.schedule",
          "seconds.aggregate",
          "seconds.broadcast");

  private static final Logger LOG = LoggerFactory.getLogger(GaugePlugin.class);

  private static final List<String> OF_ROUND =
      List.of(
          "epoch",
          "epochs_done",
          "update",
          "rounds",
          "loss",
          "learning_rate",
          "round_seconds",
          "images_per_second");

  private static final Map<String, Double> FIGURES = new ConcurrentHashMap<>();

  static void set(String name, double value) {
    FIGURES.put(name, value);
  }

  static void clear() {
    FIGURES.clear();
  }

  private static void register(MetricRegistry registry) {
    List<String> names = new ArrayList<>(OF_ROUND);
    OF_EPOCH.forEach(name -> names.add("epoch_" + name));
    for (String name : names) {
      Gauge<Double> gauge = () -> FIGURES.getOrDefault(name, Double.NaN);
      registry.register(name.replace('.', '_'), gauge);
    }
  }

  /** Why nobody can ask for the figures, where that is so. */
  static Optional<String> unserved(SparkConf conf) {
    return conf.getBoolean("spark.ui.enabled", true)
        ? Optional.empty()
        : Optional.of(
            "sink prometheus: spark.ui.enabled is false, so that no page serves /metrics/prometheus"
                + " (set it to true, or name another sink in Spark's metrics.properties)");
  }

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPlugin() {
      @Override
      public Map<String, String> init(SparkContext context, PluginContext plugin) {
        register(plugin.metricRegistry());
        unserved(plugin.conf()).ifPresent(LOG::warn);
        return Map.of();
      }
    };
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return null;
  }
}
