package io.millrace.backend;

import java.util.Locale;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Chooses the native binary in the driver and in each executor before a task can load ND4J: {@code
 * spark.plugins=io.millrace.backend.NativeBinaryPlugin}.
 */
public final class NativeBinaryPlugin implements SparkPlugin {
  private static NativeBinary pin(PluginContext plugin) {
    return NativeBinary.valueOf(
        plugin.conf().get(NativeBinary.PIN, NativeBinary.AVX512.name()).toUpperCase(Locale.ROOT));
  }

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPlugin() {
      @Override
      public Map<String, String> init(SparkContext context, PluginContext plugin) {
        NativeBinary.select(pin(plugin));
        return Map.of();
      }
    };
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      @Override
      public void init(PluginContext plugin, Map<String, String> extraConf) {
        NativeBinary.select(pin(plugin));
      }
    };
  }
}
