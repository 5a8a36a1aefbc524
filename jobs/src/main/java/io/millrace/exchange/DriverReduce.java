package io.millrace.exchange;

import java.util.stream.IntStream;

/** Averages on the driver, slices side by side. Of the workers' vectors it holds those slices. */
public final class DriverReduce {
  private DriverReduce() {}

  /** The average in slices. */
  public static byte[][] average(Averaging averaging) {
    return IntStream.range(0, averaging.slices())
        .parallel()
        .mapToObj(averaging::average)
        .toArray(byte[][]::new);
  }
}
