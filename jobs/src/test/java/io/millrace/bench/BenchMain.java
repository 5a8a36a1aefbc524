package io.millrace.bench;

import io.millrace.predict.PredictBench;
import io.millrace.training.AggregateBench;
import io.millrace.training.CodecBench;
import io.millrace.training.DdpBench;
import io.millrace.training.DiagnosticsBench;
import io.millrace.training.DistillBench;
import io.millrace.training.EfficiencyBench;
import io.millrace.training.EmptyRoundBench;
import io.millrace.training.GradientsBench;
import io.millrace.training.RoundBench;
import io.millrace.training.TrainBench;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Runs one benchmark by name: {@code deploy/bench NAME}. */
public final class BenchMain {
  private static final Map<String, Benchmark> BENCHMARKS = new LinkedHashMap<>();
  private static final Map<String, Benchmark> LONG = Map.of("memory", new MemoryBenchmark());

  static {
    BENCHMARKS.put("step", ComputeBenchmarks::step);
    BENCHMARKS.put("step-torch", ComputeBenchmarks::stepTorch);
    BENCHMARKS.put("step-bf16", ComputeBenchmarks::stepBf16);
    BENCHMARKS.put("step-resnet50", ComputeBenchmarks::stepResNet50);
    BENCHMARKS.put("step-mobilenet", ComputeBenchmarks::stepMobileNet);
    BENCHMARKS.put("step-vgg", ComputeBenchmarks::stepVgg);
    BENCHMARKS.put("infer", ComputeBenchmarks::infer);
    BENCHMARKS.put("predict", new PredictBench());
    BENCHMARKS.put("codec", new CodecBench());
    BENCHMARKS.put("round", new RoundBench());
    BENCHMARKS.put("gradients", new GradientsBench());
    BENCHMARKS.put("diagnostics", new DiagnosticsBench());
    BENCHMARKS.put("empty-round", new EmptyRoundBench());
    BENCHMARKS.put("aggregate", new AggregateBench());
    BENCHMARKS.put("efficiency", new EfficiencyBench());
    BENCHMARKS.put("input", new InputBenchmark());
    BENCHMARKS.put("augment", new AugmentBenchmark());
    BENCHMARKS.put("shuffle", new ShuffleBenchmark());
    BENCHMARKS.put("pipeline", new PipelineBenchmark());
    BENCHMARKS.put("ddp", new DdpBench());
    BENCHMARKS.put("distill", new DistillBench());
    BENCHMARKS.put("cold", new ColdBenchmark());
    BENCHMARKS.put("train", new TrainBench()); // last: it takes as long as all others
  }

  private BenchMain() {}

  public static void main(String[] args) throws Exception {
    String name = args.length == 1 ? args[0] : "";
    if (name.equals("all")) {
      System.exit(new BenchAll(BENCHMARKS.keySet()).run() ? 0 : 1);
    }
    if (name.equals("kernels")) {
      Kernels.run();
      System.exit(0);
    }
    Benchmark benchmark = BENCHMARKS.getOrDefault(name, LONG.get(name));
    if (benchmark == null) {
      System.err.printf(
          "error: Invalid benchmark: %s (must be all, kernels, memory, or one of %s)%n",
          String.join(" ", args), String.join(", ", BENCHMARKS.keySet()));
      System.exit(2);
    }
    BenchReport report = new BenchReport(System.out);
    benchmark.run(report);
    System.out.printf(Locale.ROOT, "bench=%s worst=%.3f%n", name, report.worst());
    System.exit(0);
  }
}
