package io.millrace.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BlendTest {
  /** Factors of configs, and some that bring a move next to a whole number. */
  static DoubleStream factors() {
    DoubleStream named =
        DoubleStream.of(0, 0.6, 1, Math.nextDown(1f), 1.2, 1.4, 1.9, 100, 0.99999f, 1.99999f);
    return DoubleStream.concat(named, new SplittableRandom(1).doubles(60, 0, 4));
  }

  @ParameterizedTest
  @MethodSource("factors")
  void theTableOfAFactorGivesEachLevelThatFloatsGive(double factor) {
    Blend blend = new Blend((float) factor);
    byte[] byTable = new byte[256 * 256];
    byte[] byFloats = new byte[256 * 256];
    for (int i = 0; i < byTable.length; i++) {
      byTable[i] = blend.of(i >> 8, i & 0xff);
      byFloats[i] = Blend.of(i >> 8, i & 0xff, (float) factor);
    }
    assertThat(byTable).isEqualTo(byFloats);
  }
}
