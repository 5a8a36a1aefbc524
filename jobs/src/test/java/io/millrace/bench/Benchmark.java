package io.millrace.bench;

/** One named benchmark: measures both sides in turn on the same work and reports its rows. */
@FunctionalInterface
public interface Benchmark {
  /** Measures and adds its rows. */
  void run(BenchReport report) throws Exception;
}
