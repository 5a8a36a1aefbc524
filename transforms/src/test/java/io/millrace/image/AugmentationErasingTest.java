package io.millrace.image;

import static io.millrace.image.Samples.image;
import static io.millrace.image.Samples.levels;
import static io.millrace.image.Samples.noise;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.image.RandomErasing.Fill;
import io.millrace.random.KeyedRandom;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.IntSummaryStatistics;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which boxes are erased, where, and by what. */
class AugmentationErasingTest {
  private static final int SIDE = 40;
  private static final int IDS = 1000;

  private static int[] erased(RandomErasing erasing, int id) {
    PixelBuffer white =
        image(SIDE, SIDE, IntStream.generate(() -> 255).limit(SIDE * SIDE).toArray());
    PixelBuffer out = new PixelBuffer();
    erasing.apply(white, out, new KeyedRandom().key(8, 0, id));
    int[] levels = levels(out);
    return IntStream.range(0, levels.length).filter(i -> levels[i] == 0).toArray();
  }

  @Test
  void boxesReachEveryEdge() {
    var erasing = new RandomErasing(0.5, 0.5, 0.5, 2, Fill.MEAN, 1);
    IntSummaryStatistics rows = new IntSummaryStatistics();
    IntSummaryStatistics columns = new IntSummaryStatistics();
    for (int id = 0; id < IDS; id++) {
      Arrays.stream(erased(erasing, id))
          .forEach(
              i -> {
                rows.accept(i / SIDE);
                columns.accept(i % SIDE);
              });
    }
    assertThat(rows.getMin()).isZero();
    assertThat(columns.getMin()).isZero();
    assertThat(rows.getMax()).isEqualTo(SIDE - 1);
    assertThat(columns.getMax()).isEqualTo(SIDE - 1);
  }

  @Test
  void sharesAreUniformInTheirRange() {
    var erasing = new RandomErasing(0.1, 0.7, 1, 1, Fill.MEAN, 1);
    double[] shares =
        IntStream.range(0, IDS)
            .mapToDouble(id -> erased(erasing, id).length / (double) (SIDE * SIDE))
            .toArray();
    assertThat(Arrays.stream(shares).average().orElseThrow()).isCloseTo(0.4, within(0.02));
    assertThat(Arrays.stream(shares).min().orElseThrow()).isCloseTo(0.1, within(0.01));
    assertThat(Arrays.stream(shares).max().orElseThrow()).isCloseTo(0.7, within(0.02));
  }

  /**
   * A box of 0.9 of a square fits where {@code |ln aspect| < -ln 0.9 + 2 ln(39.5 / 40)}, of aspects
   * from 1/e to e that is {@code p = 0.0802}: {@code (1 - p)^10} of the images stay.
   */
  @Test
  void afterTenBoxesThatDoNotFitAnImageStays() {
    var erasing = new RandomErasing(0.9, 0.9, 1 / Math.E, Math.E, Fill.MEAN, 1);
    PixelBuffer white =
        image(SIDE, SIDE, IntStream.generate(() -> 255).limit(SIDE * SIDE).toArray());
    PixelBuffer out = new PixelBuffer();
    int ids = 6000;
    int stay = 0;
    for (int id = 0; id < ids; id++) {
      erasing.apply(white, out, new KeyedRandom().key(9, 0, id));
      stay += out.data()[SIDE * SIDE / 2 + SIDE / 2] == 0 ? 0 : 1;
    }
    double fits = -Math.log(0.9) + 2 * Math.log(39.5 / 40);
    assertThat(stay / (double) ids).isCloseTo(Math.pow(1 - fits, 10), within(0.017));
  }

  /** The second of two images, of numbers that are all 7. */
  @Test
  void numbersLoseTheBoxThatPixelsLose() {
    int height = 11;
    int width = 13;
    int size = height * width * 3;
    for (Fill fill : Fill.values()) {
      var erasing = new RandomErasing(0.1, 0.4, 0.5, 2, fill, 1);
      var mean = new RandomErasing(0.1, 0.4, 0.5, 2, Fill.MEAN, 1);
      for (int id = 0; id < 20; id++) {
        float[] numbers = new float[2 * size];
        Arrays.fill(numbers, 7);
        erasing.erase(
            FloatBuffer.wrap(numbers), size, height, width, 3, new KeyedRandom().key(3, 0, id));
        PixelBuffer pixels = new PixelBuffer().reshape(height, width, 3);
        Arrays.fill(pixels.data(), (byte) 7);
        mean.erase(pixels, new float[3], new float[] {1, 1, 1}, new KeyedRandom().key(3, 0, id));
        for (int i = 0; i < size; i++) {
          assertThat(numbers[i]).isEqualTo(7);
          assertThat(numbers[size + i] != 7).isEqualTo(pixels.data()[i] == 0);
          assertThat(numbers[size + i] == 0).isEqualTo(fill == Fill.MEAN && pixels.data()[i] == 0);
        }
      }
    }
  }

  /** Of N(0, 1) on a scale where white is 1, half is below 0 and 0.159 above 1. */
  @Test
  void noiseOnPixelsIsClippedAtBlackAndWhite() {
    var erasing = new RandomErasing(0.9, 0.9, 1, 1, Fill.NOISE, 1);
    PixelBuffer grey = image(100, 100, IntStream.generate(() -> 77).limit(10_000).toArray());
    int[] made = levels(Samples.made(erasing, grey));
    double erased = 95 * 95;
    assertThat(Arrays.stream(made).filter(level -> level == 0).count() / erased)
        .isCloseTo(0.5, within(0.02));
    assertThat(Arrays.stream(made).filter(level -> level == 255).count() / erased)
        .isCloseTo(0.159, within(0.015));
    assertThat(Arrays.stream(made).filter(level -> level == 77).count()).isBetween(975L, 1020L);
  }

  @Test
  void anErasedImageKeepsItsSize() {
    var erasing = new RandomErasing(0.1, 0.4, 0.5, 2, Fill.MEAN, 1);
    assertThat(erasing.keepsSize()).isTrue();
    assertThat(Samples.made(erasing, noise(5, 9, 3, 1)).width()).isEqualTo(9);
  }
}
