package io.millrace.backend;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.apache.spark.resource.ResourceInformation;

/**
 * Chooses the native binary in the driver and in each executor before a task can load ND4J, and
 * probes it once a JVM, unless {@link #PROBE} is false: {@code
 * spark.plugins=io.millrace.backend.NativeBinaryPlugin}.
 */
public final class NativeBinaryPlugin implements SparkPlugin {
  /** Setting of Spark that is false for a job that computes nothing with ND4J. */
  public static final String PROBE = "spark.millrace.probe";

  private static void start(PluginContext plugin) {
    ResourceInformation gpus = plugin.resources().get(Devices.GPU);
    Gpus.assign(gpus == null ? List.of() : List.of(gpus.addresses()));
    String pin = plugin.conf().get(NativeBinary.PIN, NativeBinary.AVX512.name());
    NativeBinary.select(NativeBinary.valueOf(pin.toUpperCase(Locale.ROOT)));
    if (plugin.conf().getBoolean(PROBE, true)) {
      BackendProbe.start();
    }
  }

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPlugin() {
      @Override
      public Map<String, String> init(SparkContext context, PluginContext plugin) {
        start(plugin);
        return Map.of();
      }
    };
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      @Override
      public void init(PluginContext plugin, Map<String, String> extraConf) {
        start(plugin);
      }
    };
  }
}
