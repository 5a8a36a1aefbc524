package io.millrace.image;

import static io.millrace.image.Samples.image;
import static io.millrace.image.Samples.levels;
import static io.millrace.image.Samples.noise;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.random.KeyedRandom;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Small pictures where formulas round, clip or end; what Pillow makes of them is that of 12.3. */
class AugmentationEdgesTest {
  /** {@code ImageOps.autocontrast}; its table clips levels that are not there. */
  @Test
  void eachChannelIsSpreadByItsOwnLevels() {
    PixelBuffer image = image(1, 4, 50, 20, 0, 60, 90, 7, 75, 200, 7, 100, 220, 7);
    LevelTable table = new LevelTable(3);
    Levels.autoContrast(image, table);
    PixelBuffer out = new PixelBuffer();
    table.apply(image, out);
    assertThat(levels(out)).containsExactly(0, 0, 0, 51, 89, 255, 127, 229, 255, 254, 255, 255);
    assertThat(table.of(0, 0)).isEqualTo(0);
    assertThat(table.of(0, 255)).isEqualTo(255);
  }

  /** {@code ImageOps.equalize}: 255 pixels below the highest level are a step of one pixel. */
  @Test
  void levelsAreEqualizedFromTwoHundredAndFiftyFivePixelsOn() {
    int[] pixels = new int[300];
    Arrays.fill(pixels, 0, 100, 10);
    Arrays.fill(pixels, 100, 255, 20);
    Arrays.fill(pixels, 255, 300, 200);
    PixelBuffer image = image(15, 20, pixels);
    LevelTable table = new LevelTable(1);
    Levels.equalize(image, table);
    assertThat(List.of(table.of(0, 10), table.of(0, 20), table.of(0, 200)))
        .containsExactly(0, 100, 255);
  }

  /** Against a plain sum over the square; where that ends between two levels either will do. */
  @Test
  void aBlurIsTheWeighedMeanOfWhatLiesUpToThreeDeviationsAway() {
    double sigma = 1.7;
    int reach = 6; // 5.1, rounded up
    PixelBuffer in = noise(9, 31, 3, 4);
    PixelBuffer out = Samples.made(new GaussianBlur(sigma, sigma, null, 1), in);
    double all = 0;
    for (int d = -reach; d <= reach; d++) {
      all += weight(d, sigma);
    }
    for (int i = 0; i < 9 * 31 * 3; i++) {
      double mean = 0;
      for (int dy = -reach; dy <= reach; dy++) {
        for (int dx = -reach; dx <= reach; dx++) {
          int y = Math.abs(i / 93 + dy);
          int x = Math.abs(i / 3 % 31 + dx);
          y = y > 8 ? 16 - y : y;
          x = x > 30 ? 60 - x : x;
          double weight = weight(dx, sigma) * weight(dy, sigma) / all / all;
          mean += weight * (in.data()[y * 93 + x * 3 + i % 3] & 0xff);
        }
      }
      assertThat(out.data()[i] & 0xff)
          .as("level %d", i)
          .isCloseTo((int) Math.rint(mean), within(1));
      if (Math.abs(mean - Math.floor(mean) - 0.5) > 1e-3) {
        assertThat(out.data()[i] & 0xff).as("level %d", i).isEqualTo((int) Math.rint(mean));
      }
    }
  }

  private static double weight(int distance, double sigma) {
    return Math.exp(-distance * distance / (2 * sigma * sigma));
  }

  @Test
  void noiseOfNoDeviationLeavesAnImage() {
    PixelBuffer image = noise(5, 7, 3, 1);
    assertThat(levels(Samples.made(new GaussianNoise(0, 0, 1), image))).isEqualTo(levels(image));
  }

  @Test
  void noiseIsOnEveryLevelToTheLast() {
    for (int width = 1; width <= 5; width++) {
      int size = width * 3;
      boolean[] changed = new boolean[size];
      for (int id = 0; id < 40; id++) {
        PixelBuffer image = image(1, width, IntStream.generate(() -> 128).limit(size).toArray());
        PixelBuffer out = new PixelBuffer();
        new GaussianNoise(0.1, 0.1, 1).apply(image, out, new KeyedRandom().key(1, 2, id));
        for (int i = 0; i < size; i++) {
          changed[i] |= out.data()[i] != image.data()[i];
        }
      }
      assertThat(changed).doesNotContain(false);
    }
  }

  @Test
  void noiseIsClippedAtBlackAndWhite() {
    for (int level : new int[] {0, 255}) {
      PixelBuffer flat = image(20, 20, IntStream.generate(() -> level).limit(400).toArray());
      int[] noisy = levels(Samples.made(new GaussianNoise(0.1, 0.1, 1), flat));
      assertThat(Arrays.stream(noisy).filter(each -> each == level).count()).isBetween(160L, 260L);
      assertThat(Arrays.stream(noisy).allMatch(each -> Math.abs(each - level) < 128)).isTrue();
    }
  }

  /** Pillow's mode L; the sum of weighed levels is one below a number that rounds up. */
  @Test
  void lightnessIsRoundedAtItsHalf() {
    assertThat(Luma.of(162, 120, 23)).isEqualTo(121);
  }

  /** {@code 255 V_c0 alpha_0 lambda_0} is -1.57, -1.61 and -1.62. */
  @Test
  void lightingIsRoundedAndClipped() {
    LevelTable table = new LevelTable(3);
    PcaLighting.add(new double[] {0.05, 0, 0}, table);
    for (int c = 0; c < 3; c++) {
      assertThat(table.of(c, 128)).isEqualTo(126);
      assertThat(table.of(c, 0)).isZero();
    }
    assertThat(new PcaLighting(1, 1).takes(3)).isTrue();
    assertThat(new PcaLighting(1, 1).takes(1)).isFalse();
  }

  @Test
  void whatIsCertainOrImpossibleIsNotRandom() {
    assertThat(new Grayscale(0).isRandom()).isFalse();
    assertThat(new Grayscale(0.5).isRandom()).isTrue();
    assertThat(new Grayscale(1).isRandom()).isFalse();
  }
}
