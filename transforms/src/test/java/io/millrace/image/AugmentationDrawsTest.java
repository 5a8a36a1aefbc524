package io.millrace.image;

import static io.millrace.image.Samples.image;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.random.KeyedRandom;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** What operations draw: uniformly, from their whole range, and nothing outside of it. */
class AugmentationDrawsTest {
  private static final int IDS = 1500;

  /** A number that is read off each image that is made. */
  private static DoubleSummaryStatistics drawn(
      ImageOperation operation, PixelBuffer in, ToDoubleFunction<PixelBuffer> read) {
    DoubleSummaryStatistics all = new DoubleSummaryStatistics();
    PixelBuffer out = new PixelBuffer();
    for (int id = 0; id < IDS; id++) {
      operation.apply(in, out, new KeyedRandom().key(5, 6, id));
      all.accept(read.applyAsDouble(out));
    }
    return all;
  }

  private static int level(PixelBuffer image, int at) {
    return image.data()[at] & 0xff;
  }

  private static void assertUniform(
      DoubleSummaryStatistics drawn, double min, double max, double step) {
    assertThat(drawn.getMin()).isCloseTo(min, within(step));
    assertThat(drawn.getMax()).isCloseTo(max, within(step));
    assertThat(drawn.getAverage()).isCloseTo((min + max) / 2, within(0.03 * (max - min) + step));
  }

  @Test
  void factorsAreUniformInTheirRange() {
    PixelBuffer grey = image(1, 1, 100);
    assertUniform(drawn(new Brightness(0.4, 2, 1), grey, out -> level(out, 0)), 40, 200, 1);
    PixelBuffer two = image(1, 2, 50, 150);
    assertUniform(
        drawn(new Contrast(0.2, 1.6, 1), two, out -> level(out, 1) - level(out, 0)), 20, 160, 2);
    PixelBuffer orange = image(1, 1, 160, 100, 40);
    assertUniform(
        drawn(new Saturation(0.2, 1.6, 1), orange, out -> level(out, 0) - level(out, 2)),
        24,
        192,
        4);
  }

  @Test
  void turnsAreUniformInTheirRange() {
    PixelBuffer red = image(1, 1, 200, 0, 0);
    // From red, up to a sixth of a turn towards yellow: green alone grows, in proportion.
    assertUniform(
        drawn(new Hue(0.02, 0.16, 1), red, out -> level(out, 1)), 200 * 0.12, 200 * 0.96, 6);
    PixelBuffer wide = image(1, 400, new int[400]);
    DoubleSummaryStatistics heights =
        drawn(
            new Rotate(10, 30, Interpolation.NEAREST, 0, true, 1),
            wide,
            out -> StrictMath.toDegrees(StrictMath.asin(out.height() / 401.0)));
    assertUniform(heights, 10, 30, 0.4);
  }

  @Test
  void scalesAndSidesAreUniformInTheirRange() {
    PixelBuffer image = image(100, 50, new int[5000]);
    assertUniform(drawn(new RandomScale(0.5, 1.5, 1), image, PixelBuffer::height), 50, 150, 1);
    assertUniform(drawn(new RandomScale(0.5, 1.5, 1), image, PixelBuffer::width), 25, 75, 1);
    assertUniform(drawn(new RandomResize(20, 60, 1), image, PixelBuffer::width), 20, 60, 0.3);
    assertUniform(drawn(new RandomResize(20, 60, 1), image, PixelBuffer::height), 40, 120, 0.6);
  }

  @Test
  void quarterTurnsAreAsFrequentAsEachOther() {
    PixelBuffer image = image(2, 2, 1, 2, 3, 4);
    Map<Integer, Integer> corners = new HashMap<>();
    drawn(
        new QuarterTurn(List.of(1, 2, 3), 0.75),
        image,
        out -> corners.merge(level(out, 0), 1, Integer::sum));
    assertThat(corners.keySet()).containsExactlyInAnyOrder(1, 2, 3, 4);
    corners.values().forEach(count -> assertThat(count / (double) IDS).isBetween(0.21, 0.29));
  }

  @Test
  void lightingIsNormalAndItsOwnForEachComponent() {
    PixelBuffer grey = image(1, 1, 128, 128, 128);
    double[] squares = new double[3];
    drawn(
        new PcaLighting(1, 1),
        grey,
        out -> {
          for (int c = 0; c < 3; c++) {
            squares[c] += Math.pow((level(out, c) - 128) / 255.0, 2) / IDS;
          }
          return 0;
        });
    // sqrt(sum_i (V_ci lambda_i)^2)
    assertThat(Math.sqrt(squares[0])).isCloseTo(0.12419, within(0.006));
    assertThat(Math.sqrt(squares[1])).isCloseTo(0.12638, within(0.006));
    assertThat(Math.sqrt(squares[2])).isCloseTo(0.12762, within(0.006));
  }

  @Test
  void noiseHasItsDeviationAndNoMean() {
    PixelBuffer grey = image(100, 100, greys(10_000));
    PixelBuffer out = new PixelBuffer();
    new GaussianNoise(0.1, 0.1, 1).apply(grey, out, new KeyedRandom().key(1, 2, 3));
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 10_000; i++) {
      sum += level(out, i) - 128;
      squares += Math.pow(level(out, i) - 128, 2);
    }
    assertThat(sum / 10_000).isCloseTo(0, within(0.6));
    assertThat(Math.sqrt(squares / 10_000)).isCloseTo(25.5, within(0.5));
    DoubleSummaryStatistics deviations =
        drawn(new GaussianNoise(0.02, 0.06, 1), image(20, 20, greys(400)), out2 -> spread(out2));
    assertUniform(deviations, 5.1, 15.3, 1.5);
  }

  private static int[] greys(int count) {
    int[] greys = new int[count];
    Arrays.fill(greys, 128);
    return greys;
  }

  private static double spread(PixelBuffer image) {
    double squares = 0;
    for (int i = 0; i < 400; i++) {
      squares += Math.pow(level(image, i) - 128, 2) / 400;
    }
    return Math.sqrt(squares);
  }

  @Test
  void blursAreUniformInTheirRangeAndReachThreeDeviations() {
    PixelBuffer point = new PixelBuffer().reshape(41, 41, 1);
    point.data()[20 * 41 + 20] = (byte) 255;
    // The middle keeps 1 / (2 pi sigma^2).
    DoubleSummaryStatistics sigmas =
        drawn(
            new GaussianBlur(1, 2, null, 1),
            point,
            out -> Math.sqrt(255 / (2 * Math.PI * level(out, 20 * 41 + 20))));
    assertUniform(sigmas, 1, 2, 0.05);
    assertThat(Arrays.equals(blurred(null), blurred(11))).isTrue();
    assertThat(Arrays.equals(blurred(null), blurred(7))).isFalse();
  }

  private static byte[] blurred(Integer kernel) {
    PixelBuffer edge = new PixelBuffer().reshape(40, 40, 1);
    Arrays.fill(edge.data(), 800, 1600, (byte) 255);
    PixelBuffer out = new PixelBuffer();
    new GaussianBlur(1.5, 1.5, kernel, 1).apply(edge, out, new KeyedRandom().key(1, 2, 3));
    return Samples.pixels(out);
  }

  @Test
  void blurringMirrorsBeyondBordersHoweverSmallTheImage() {
    PixelBuffer out = new PixelBuffer();
    new GaussianBlur(3, 3, 21, 1).apply(image(1, 1, 9), out, new KeyedRandom().key(1, 2, 3));
    assertThat(level(out, 0)).isEqualTo(9);
    new GaussianBlur(30, 30, 5, 1).apply(image(1, 2, 0, 100), out, new KeyedRandom().key(1, 2, 3));
    // 0 100 | 0 100 0: beside the first lie 100 and, two further, itself again
    assertThat(level(out, 0)).isCloseTo(40, within(1));
    assertThat(level(out, 1)).isCloseTo(60, within(1));
  }

  @Test
  void oneOfDrawsByWeight() {
    List<ImageOperation> three =
        List.of(new Brightness(0, 0, 1), new Brightness(0.5, 0.5, 1), new Brightness(2, 2, 1));
    PixelBuffer grey = image(1, 1, 100);
    Map<Integer, Integer> levels = new HashMap<>();
    drawn(
        new RandomChoice(three, List.of(1.0, 0.0, 3.0), 0.8),
        grey,
        out -> levels.merge(level(out, 0), 1, Integer::sum));
    assertThat(levels.keySet()).containsExactlyInAnyOrder(100, 0, 200);
    assertThat(levels.get(100) / (double) IDS).isCloseTo(0.2, within(0.03));
    assertThat(levels.get(0) / (double) IDS).isCloseTo(0.2, within(0.03));
    levels.clear();
    drawn(
        new RandomChoice(three, List.of(), 1),
        grey,
        out -> levels.merge(level(out, 0), 1, Integer::sum));
    levels.values().forEach(count -> assertThat(count / (double) IDS).isBetween(0.29, 0.38));
    levels.clear();
    drawn(
        new RandomChoice(three, List.of(2.0, 1.0, 1.0), 1),
        grey,
        out -> levels.merge(level(out, 0), 1, Integer::sum));
    assertThat(levels.get(0) / (double) IDS).isCloseTo(0.5, within(0.04));
    assertThat(levels.get(50) / (double) IDS).isCloseTo(0.25, within(0.04));
    assertThat(levels.get(200) / (double) IDS).isCloseTo(0.25, within(0.04));
  }

  @Test
  void sometimesDoesAllOrNone() {
    List<ImageOperation> both = List.of(new Brightness(0.5, 0.5, 1), new HorizontalFlip(1));
    PixelBuffer two = image(1, 2, 100, 200);
    Map<Integer, Integer> first = new HashMap<>();
    drawn(new Sometimes(both, 0.3), two, out -> first.merge(level(out, 0), 1, Integer::sum));
    assertThat(first.keySet()).as("200 halved, or 100 as it is").containsExactly(100);
    drawn(new Sometimes(both, 1), two, out -> first.merge(level(out, 1), 1, Integer::sum));
    assertThat(first).containsKey(50);
  }

  @Test
  void randAugmentDrawsAllKindsAndSigns() {
    var one = new RandAugment(1, 9, 31, Interpolation.NEAREST, 1);
    Map<String, Integer> drawn = new HashMap<>();
    for (int id = 0; id < IDS; id++) {
      List<ImageOperation> step = one.draw(new KeyedRandom().key(5, 6, id));
      assertThat(step).hasSize(1);
      drawn.merge(
          step.get(0).toString().replaceAll(".*kind=(\\w+).*(negative=\\w+).*", "$1 $2"),
          1,
          Integer::sum);
    }
    assertThat(drawn).hasSize(14 + 9);
    assertThat(drawn.get("EQUALIZE negative=false") / (double) IDS)
        .isCloseTo(1 / 14.0, within(0.02));
    assertThat(drawn.get("ROTATE negative=true") / (double) IDS).isCloseTo(1 / 28.0, within(0.015));
  }

  @Test
  void aspectsOfErasedBoxesAreUniformInTheirLogarithm() {
    int high = 0;
    int boxes = 0;
    var erasing = new RandomErasing(0.1, 0.1, 0.25, 4, RandomErasing.Fill.MEAN, 1);
    PixelBuffer white = image(40, 40, whites());
    PixelBuffer out = new PixelBuffer();
    double logs = 0;
    for (int id = 0; id < IDS; id++) {
      erasing.apply(white, out, new KeyedRandom().key(5, 6, id));
      Box box = blackBox(out);
      double aspect = (double) box.height() / box.width();
      assertThat(aspect).isBetween(0.2, 4.6);
      logs += StrictMath.log(aspect) / IDS;
      high += aspect > 2 ? 1 : 0;
      boxes++;
    }
    assertThat(logs).isCloseTo(0, within(0.07));
    assertThat(high / (double) boxes).isCloseTo(0.25, within(0.05));
  }

  private static int[] whites() {
    int[] whites = new int[1600];
    Arrays.fill(whites, 255);
    return whites;
  }

  private static Box blackBox(PixelBuffer image) {
    int first = -1;
    int last = -1;
    for (int i = 0; i < 1600; i++) {
      if (image.data()[i] == 0) {
        first = first < 0 ? i : first;
        last = i;
      }
    }
    return new Box(first / 40, first % 40, last / 40 - first / 40 + 1, last % 40 - first % 40 + 1);
  }

  @Test
  void wrongKeysAreRefusedInOneLine() {
    assertRefused(
        () -> new QuarterTurn(List.of(), 1),
        "Invalid turns: [] (must be some of 1, 2 and 3, each once)");
    assertRefused(
        () -> new QuarterTurn(List.of(1, 1), 1),
        "Invalid turns: [1, 1] (must be some of 1, 2 and 3, each once)");
    assertRefused(
        () -> new QuarterTurn(List.of(4), 1),
        "Invalid turns: [4] (must be some of 1, 2 and 3, each once)");
    assertRefused(
        () -> new Rotate(5, 4, Interpolation.NEAREST, 0, false, 1),
        "Invalid max: 4.0 (must be min to 360)");
    assertRefused(
        () -> new Rotate(-361, 4, Interpolation.NEAREST, 0, false, 1),
        "Invalid min: -361.0 (must be -360 to 360)");
    assertRefused(
        () -> new Rotate(3, 4, Interpolation.NEAREST, 256, false, 1),
        "Invalid fill: 256 (must be 0 to 255)");
    assertRefused(() -> new RandomScale(0, 4, 1), "Invalid min: 0.0 (must be 0.01 to 100)");
    assertRefused(() -> new RandomResize(4, 3, 1), "Invalid max: 3 (must be >= min)");
    assertRefused(() -> new Brightness(-1, 3, 1), "Invalid min: -1.0 (must be 0 to 100)");
    assertRefused(() -> new Contrast(1, 0.5, 1), "Invalid max: 0.5 (must be min to 100)");
    assertRefused(() -> new Saturation(1, 1.5, 2), "Invalid probability: 2.0 (must be 0 to 1)");
    assertRefused(() -> new Hue(-0.6, 0.5, 1), "Invalid min: -0.6 (must be -0.5 to 0.5)");
    assertRefused(() -> new PcaLighting(-0.1, 1), "Invalid deviation: -0.1 (must be 0 to 10)");
    assertRefused(
        () -> new GaussianBlur(1, 0.5, null, 1), "Invalid sigmaMax: 0.5 (must be sigmaMin to 100)");
    assertRefused(() -> new GaussianBlur(1, 2, 4, 1), "Invalid kernel: 4 (must be odd, 1 to 601)");
    assertRefused(() -> new GaussianNoise(0.1, 1.5, 1), "Invalid max: 1.5 (must be min to 1)");
    assertRefused(
        () -> new RandAugment(2, 31, 31, Interpolation.NEAREST, 1),
        "Invalid magnitude: 31 (must be 0 to bins - 1)");
    assertRefused(
        () -> new RandAugment(0, 9, 31, Interpolation.NEAREST, 1),
        "Invalid count: 0 (must be 1 to 14)");
    assertRefused(
        () -> new Sometimes(List.of(), 1), "Invalid operations: [] (must be one or more)");
    List<ImageOperation> one = List.of(new HorizontalFlip(1));
    assertRefused(
        () -> new RandomChoice(one, List.of(1.0, 2.0), 1),
        "Invalid weights: [1.0, 2.0] (must be one an operation, >= 0, one above 0, their sum finite)");
    assertRefused(
        () -> new RandomChoice(one, List.of(0.0), 1),
        "Invalid weights: [0.0] (must be one an operation, >= 0, one above 0, their sum finite)");
    List<ImageOperation> two = List.of(new HorizontalFlip(1), new VerticalFlip(1));
    assertRefused(
        () -> new RandomChoice(two, List.of(1e308, 1e308), 1),
        "Invalid weights: [1.0E308, 1.0E308] (must be one an operation, >= 0, one above 0, their"
            + " sum finite)");
    assertRefused(
        () -> new RandomErasing(0.4, 0.3, 1, 1, RandomErasing.Fill.MEAN, 1),
        "Invalid shareMax: 0.3 (must be shareMin to 1)");
    assertRefused(
        () -> new RandomErasing(1, 1, 1, 1, RandomErasing.Fill.MEAN, 1),
        "Invalid shareMin: 1.0 (must be above 0, below 1)");
    assertRefused(
        () -> new RandomErasing(0.4, 0.5, 0, 1, RandomErasing.Fill.MEAN, 1),
        "Invalid ratioMin: 0.0 (must be > 0)");
  }

  private static void assertRefused(Runnable make, String message) {
    assertThatThrownBy(make::run).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }
}
