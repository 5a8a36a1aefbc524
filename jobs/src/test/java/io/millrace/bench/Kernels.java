package io.millrace.bench;

import io.millrace.model.layers.LayerKernels;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** The micro benchmarks, which have no peer and print JMH's own table. */
final class Kernels {
  private Kernels() {}

  static void run() throws RunnerException {
    new Runner(
            new OptionsBuilder()
                .include(LayerKernels.class.getName())
                .include(ByteKernels.class.getName())
                .build())
        .run();
  }
}
