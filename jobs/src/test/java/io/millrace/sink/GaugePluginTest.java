package io.millrace.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import io.millrace.metrics.SampleMetrics;
import io.millrace.state.Tally;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;

class GaugePluginTest {
  private final MetricRegistry registry = new MetricRegistry();

  private double value(String name) {
    return (double) registry.getGauges().get(name).getValue();
  }

  @Test
  void metricsFollowTheRunAndEndWithIt() throws IOException {
    new GaugePlugin().driverPlugin().init(null, new Context());
    OpenSink sink = new Prometheus().open(SinkRuns.of(null, false, Map.of(), List.of()));
    assertThat(value("loss")).isNaN();
    sink.epochStarted(2, Tally.NOTHING);
    sink.roundEnded(SinkRuns.round(54));
    sink.roundEnded(SinkRuns.round(55));
    assertThat(value("epoch")).isEqualTo(2);
    assertThat(value("update")).isEqualTo(55);
    assertThat(value("rounds")).isEqualTo(2);
    assertThat(value("loss")).isEqualTo(2);
    assertThat(value("learning_rate")).isEqualTo(0.1);
    assertThat(value("images_per_second")).isEqualTo(16);
    sink.epochEnded(SinkRuns.epoch(SampleMetrics.of(2).get(1)));
    assertThat(value("epoch_val_top1")).isEqualTo(SampleMetrics.of(2).get(1).valTop1());
    assertThat(value("epoch_seconds_compute")).isEqualTo(206);
    sink.close();
    assertThat(value("epoch")).isNaN();
  }

  @Test
  void metricsThatNoPageServesAreSaid() {
    SparkConf conf = new SparkConf(false);
    assertThat(GaugePlugin.unserved(conf)).isEmpty();
    assertThat(GaugePlugin.unserved(conf.set("spark.ui.enabled", "false")))
        .hasValueSatisfying(
            line ->
                assertThat(line)
                    .startsWith("sink prometheus: spark.ui.enabled is false")
                    .hasLineCount(1));
  }

  private final class Context implements PluginContext {
    @Override
    public MetricRegistry metricRegistry() {
      return registry;
    }

    @Override
    public SparkConf conf() {
      return new SparkConf(false);
    }

    @Override
    public String executorID() {
      return "driver";
    }

    @Override
    public String hostname() {
      return "here";
    }

    @Override
    public Map<String, ResourceInformation> resources() {
      return Map.of();
    }

    @Override
    public void send(Object message) {}

    @Override
    public Object ask(Object message) {
      return message;
    }
  }
}
