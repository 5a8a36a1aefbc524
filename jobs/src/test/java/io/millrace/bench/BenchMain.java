package io.millrace.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Runs one benchmark by name: {@code deploy/bench NAME}. */
public final class BenchMain {
  private static final Map<String, Benchmark> BENCHMARKS = new LinkedHashMap<>();

  static {
    BENCHMARKS.put("step", ComputeBenchmarks::step);
    BENCHMARKS.put("step-torch", ComputeBenchmarks::stepTorch);
    BENCHMARKS.put("step-resnet50", ComputeBenchmarks::stepResNet50);
    BENCHMARKS.put("infer", ComputeBenchmarks::infer);
    BENCHMARKS.put("pipeline", new PipelineBenchmark());
  }

  private BenchMain() {}

  public static void main(String[] args) throws Exception {
    Benchmark benchmark = args.length == 1 ? BENCHMARKS.get(args[0]) : null;
    if (benchmark == null) {
      System.err.println(
          "Invalid benchmark: "
              + String.join(" ", args)
              + " (must be one of "
              + BENCHMARKS.keySet()
              + ")");
      System.exit(2);
    }
    BenchReport report = new BenchReport();
    benchmark.run(report);
    System.out.printf(Locale.ROOT, "bench=%s worst=%.3f%n", args[0], report.worst());
    System.exit(0);
  }
}
