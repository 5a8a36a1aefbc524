package io.millrace.sink;

import io.millrace.metrics.EndedEpoch;
import io.millrace.settings.Named;
import io.millrace.state.Tally;
import io.millrace.training.RoundReport;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Figures as metrics of Spark's driver, which its page serves to Prometheus at {@code
 * /metrics/prometheus}; whatever other sinks Spark's own {@code metrics.properties} names get them
 * too.
 */
@Named(
    value = "prometheus",
    doc =
        "Metrics of Spark's driver, which Spark's page serves to Prometheus at /metrics/prometheus:"
            + " epoch, update, rounds, loss, rate, images/s and the newest figures of an epoch.")
public record Prometheus() implements Sink {
  private static final String SERVLET = "spark.metrics.conf.*.sink.prometheusServlet.";
  private static final double NANOS = 1e9;

  @Override
  public Map<String, String> sparkSettings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("spark.plugins", GaugePlugin.class.getName());
    settings.put("spark.ui.prometheus.enabled", "true");
    settings.put(SERVLET + "class", "org.apache.spark.metrics.sink.PrometheusServlet");
    settings.put(SERVLET + "path", "/metrics/prometheus");
    settings.put("spark.metrics.namespace", "millrace"); // names that are those of the next run too
    return settings;
  }

  @Override
  public OpenSink open(SinkRun run) {
    return new Gauges();
  }

  /** Sets what {@link GaugePlugin} shows. */
  private static final class Gauges implements OpenSink {
    private long rounds;

    @Override
    public void epochStarted(int epoch, Tally done) {
      GaugePlugin.set("epoch", epoch);
    }

    @Override
    public void roundEnded(RoundReport round) {
      rounds++;
      double seconds = round.measures().sum(RoundReport.WALL) / NANOS;
      GaugePlugin.set("update", round.firstUpdate() + round.updates());
      GaugePlugin.set("rounds", rounds);
      GaugePlugin.set("loss", round.loss());
      GaugePlugin.set("learning_rate", round.lastRate());
      GaugePlugin.set("round_seconds", seconds);
      GaugePlugin.set("images_per_second", round.feed().examples() / seconds);
    }

    @Override
    public void epochEnded(EndedEpoch epoch) {
      GaugePlugin.set("epochs_done", epoch.metrics().epoch());
      for (String name : GaugePlugin.OF_EPOCH) {
        GaugePlugin.set("epoch_" + name, epoch.metrics().figure(name));
      }
    }

    @Override
    public void close() {
      GaugePlugin.clear();
    }
  }
}
