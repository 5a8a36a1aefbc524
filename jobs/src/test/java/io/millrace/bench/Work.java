package io.millrace.bench;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;

/** One side of a measurement. */
@FunctionalInterface
public interface Work {
  /** Does it once. */
  void run() throws Exception;

  /** Seconds that one run takes. */
  static double seconds(Work work) throws Exception {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) * 1e-9;
  }

  /**
   * Runs work again and again until the JIT compilers rest, for 40 s at most: with two cores they
   * take as much of them as the work does, and code that runs a few hundred times a second is
   * compiled for half a minute.
   */
  static void warmUp(Work work) throws Exception {
    CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
    double compiling = 1;
    for (double all = 0; compiling > 0.04 && all < 40; ) {
      long before = compilers.getTotalCompilationTime();
      double seconds = 0;
      while (seconds < 2) {
        seconds += seconds(work);
      }
      compiling = 1e-3 * (compilers.getTotalCompilationTime() - before) / seconds;
      all += seconds;
    }
  }
}
