package io.millrace.training;

import java.util.stream.IntStream;

/** Averages on the driver, slices side by side. Of the workers' vectors it holds those slices. */
final class DriverReduce {
  private DriverReduce() {}

  /** The average in slices. */
  static byte[][] average(Averaging averaging) {
    return IntStream.range(0, averaging.slices())
        .parallel()
        .mapToObj(averaging::average)
        .toArray(byte[][]::new);
  }
}
