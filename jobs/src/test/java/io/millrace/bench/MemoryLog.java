package io.millrace.bench;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.GcInfo;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Timer;
import java.util.TimerTask;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import scala.collection.JavaConverters;

/**
 * Writes once a second what this JVM holds into the folder that {@link #FOLDER} names, {@code
 * driver.csv} and {@code executor-ID.csv}. Spark loads it in the driver and in each executor.
 */
public final class MemoryLog implements SparkPlugin {
  static final String FOLDER = "millrace.memoryLog";
  private static final long PERIOD_MILLIS = 1000;

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPlugin() {
      @Override
      public Map<String, String> init(SparkContext spark, PluginContext plugin) {
        start("driver");
        return Map.of();
      }
    };
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      @Override
      public void init(PluginContext plugin, Map<String, String> settings) {
        start("executor-" + plugin.executorID());
      }
    };
  }

  private static void start(String name) {
    try {
      Writer out = Files.newBufferedWriter(Path.of(System.getProperty(FOLDER), name + ".csv"));
      TimerTask look =
          new TimerTask() {
            @Override
            public void run() {
              if (SparkEnv.get() != null) { // not yet, or no more
                write(out);
              }
            }
          };
      new Timer("memory-log", true).scheduleAtFixedRate(look, 0, PERIOD_MILLIS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Writer out) {
    try {
      out.write(sample().line());
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MemorySample sample() throws IOException {
    var files = SparkEnv.get().blockManager().diskBlockManager().getAllFiles();
    var pools = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class);
    return new MemorySample(
        status("VmRSS"),
        status("VmHWM"),
        heapAfterCollection(),
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted(),
        pools.stream().mapToLong(BufferPoolMXBean::getMemoryUsed).sum(),
        SparkEnv.get().memoryManager().storageMemoryUsed(),
        JavaConverters.seqAsJavaList(files).stream().mapToLong(File::length).sum());
  }

  private static long heapAfterCollection() {
    return ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class).stream()
        .map(GarbageCollectorMXBean::getLastGcInfo)
        .filter(Objects::nonNull)
        .max(Comparator.comparingLong(GcInfo::getEndTime))
        .map(last -> used(last.getMemoryUsageAfterGc()))
        .orElse(0L);
  }

  private static long used(Map<String, MemoryUsage> pools) {
    return pools.entrySet().stream()
        .filter(pool -> pool.getKey().startsWith("G1"))
        .mapToLong(pool -> pool.getValue().getUsed())
        .sum();
  }

  private static long status(String key) throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      String line = lines.filter(each -> each.startsWith(key + ":")).findFirst().orElseThrow();
      return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
    }
  }
}
