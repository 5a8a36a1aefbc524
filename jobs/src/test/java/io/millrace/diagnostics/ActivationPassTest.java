package io.millrace.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Channels are found in whatever layout an output has. */
class ActivationPassTest {
  private static ChannelSums sums(INDArray output, boolean channelsLast) {
    Map<String, ChannelSums> sums = new HashMap<>();
    ActivationPass.add("a", output, channelsLast, sums);
    ActivationPass.add("a", output, channelsLast, sums);
    return sums.get("a");
  }

  /** 0, 1, 2 and so on in row-major order. */
  private static INDArray counted(int... shape) {
    float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    return Nd4j.create(values, shape);
  }

  private static void assertMeans(ChannelSums found, double... means) {
    assertThat(found.channels()).isEqualTo(means.length);
    for (int c = 0; c < means.length; c++) {
      assertThat(found.mean(c)).isCloseTo(means[c], within(1e-6));
    }
  }

  @Test
  void imagesInAnyLayout() {
    INDArray images = counted(2, 2, 3, 2);
    // Planes of six: 0..5 and 12..17 are channel 0.
    assertMeans(sums(images, false), 8.5, 14.5);
    assertMeans(sums(images.permute(0, 2, 3, 1).dup('c').permute(0, 3, 1, 2), false), 8.5, 14.5);
    assertMeans(sums(images.permute(0, 2, 3, 1).dup('c'), true), 8.5, 14.5);
    assertMeans(sums(images.permute(0, 2, 3, 1), true), 8.5, 14.5);
    assertMeans(sums(images.permute(0, 1, 3, 2), false), 8.5, 14.5);
  }

  @Test
  void rowsAndSeries() {
    assertMeans(sums(Nd4j.createFromArray(new float[][] {{1, 2}, {3, 4}}), false), 2, 3);
    assertMeans(sums(Nd4j.createFromArray(new float[][] {{1, 3}, {2, 4}}).transpose(), true), 2, 3);
    INDArray series = counted(2, 2, 3);
    assertMeans(sums(series, true), 4, 7);
  }
}
