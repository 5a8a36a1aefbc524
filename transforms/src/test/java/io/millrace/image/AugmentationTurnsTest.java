package io.millrace.image;

import static io.millrace.image.Samples.image;
import static io.millrace.image.Samples.levels;
import static io.millrace.image.Samples.made;
import static io.millrace.image.Samples.noise;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Turns and other maps of pixels: how they round, and how large what they make may be. */
class AugmentationTurnsTest {
  private static Rotate rotate(double min, double max, boolean expand) {
    return new Rotate(min, max, Interpolation.BILINEAR, 0, expand, 1);
  }

  /** Sides that are both even or both odd: else a middle lies on no pixel's edge. */
  @ParameterizedTest
  @EnumSource(Interpolation.class)
  void rightAnglesMovePixelsAndMixNone(Interpolation interpolation) {
    for (int width : new int[] {3, 9, 17, 24, 32, 40}) {
      PixelBuffer image = noise(width % 2 == 0 ? 16 : 15, width, 3, width);
      for (int turns : new int[] {1, 2, 3}) {
        PixelBuffer moved = made(new QuarterTurn(List.of(turns), 1), image);
        for (double degrees : new double[] {90 * turns, 90 * turns - 360}) {
          PixelBuffer turned = made(new Rotate(degrees, degrees, interpolation, 9, true, 1), image);
          assertThat(turned.height()).isEqualTo(moved.height());
          assertThat(levels(turned)).isEqualTo(levels(moved));
        }
      }
    }
  }

  @Test
  void whiteStaysWhiteBetweenPixels() {
    PixelBuffer white = image(30, 40, IntStream.generate(() -> 255).limit(1200).toArray());
    for (double degrees : new double[] {-33.3, -15, 15, 33.3}) {
      PixelBuffer turned =
          made(new Rotate(degrees, degrees, Interpolation.BILINEAR, 0, false, 1), white);
      assertThat(Arrays.stream(levels(turned)).distinct()).containsExactlyInAnyOrder(0, 255);
    }
  }

  /** {@code Image.rotate(45, BILINEAR)} of Pillow 12.3; 101 between four of it stays 101. */
  @Test
  void levelsBetweenPixelsAreRoundedAsPillowDoes() {
    PixelBuffer image = image(3, 3, 102, 103, 101, 101, 101, 102, 100, 101, 101);
    Rotate turn = new Rotate(45, 45, Interpolation.BILINEAR, 7, false, 1);
    assertThat(levels(made(turn, image)))
        .containsExactly(103, 101, 102, 101, 101, 101, 101, 100, 101);
    int[] flat = IntStream.generate(() -> 102).limit(81).toArray();
    Rotate little = new Rotate(1e-9, 1e-9, Interpolation.BILINEAR, 102, false, 1);
    assertThat(levels(made(little, image(9, 9, flat)))).containsOnly(102);
  }

  /** {@code Image.transform((2, 1), AFFINE, (1, 1e-9, shift, 1e-9, 1, 0), NEAREST)} of 10, 20. */
  @Test
  void nearestRoundsToA65536thOfAPixel() {
    assertThat(shifted(0.5 - 0.6 / 65536)).containsExactly(10, 20);
    assertThat(shifted(0.5 - 0.4 / 65536)).containsExactly(20, 0);
    assertThat(shifted(-0.5 - 0.6 / 65536)).containsExactly(0, 10);
    assertThat(shifted(-0.5 - 0.4 / 65536)).containsExactly(10, 20);
  }

  private static int[] shifted(double shift) {
    PixelBuffer out = new PixelBuffer().reshape(1, 2, 1);
    new Warp(1, 1e-9, shift, 1e-9, 1, 0).apply(image(1, 2, 10, 20), Interpolation.NEAREST, 0, out);
    return levels(out);
  }

  /**
   * {@code Image.rotate(degrees, BILINEAR)} of Pillow 12.3. On the diagonals the last bit of a
   * cosine decides between a level and the one below.
   */
  @Test
  void angleBelowZeroIsThatOfAFullTurnMore() {
    PixelBuffer image = image(3, 3, 10, 60, 200, 90, 255, 30, 120, 170, 80);
    assertThat(levels(made(rotate(-45, -45, false), image)))
        .containsExactly(90, 57, 59, 135, 255, 140, 169, 103, 30);
    assertThat(levels(made(rotate(-135, -135, false), image)))
        .containsExactly(169, 135, 90, 103, 255, 57, 30, 140, 59);
    assertThat(levels(made(rotate(135, 135, false), image)))
        .containsExactly(30, 103, 169, 140, 255, 135, 59, 57, 90);
  }

  /** {@code Image.rotate(degrees, expand=True)} of Pillow 12.3, of 24 x 20 pixels. */
  @Test
  void everyCornerIsInsideInEveryQuarter() {
    PixelBuffer image = noise(20, 24, 1, 1);
    for (int degrees : new int[] {17, 163, 197, 343, -17}) {
      PixelBuffer turned = made(rotate(degrees, degrees, true), image);
      assertThat(List.of(turned.width(), turned.height())).containsExactly(30, 28);
    }
    for (int degrees : new int[] {73, 107, 253, 287}) {
      PixelBuffer turned = made(rotate(degrees, degrees, true), image);
      assertThat(List.of(turned.width(), turned.height())).containsExactly(28, 30);
    }
  }

  /** Half a diagonal is 98.005 pixels, so that half a degree off it a side is shorter. */
  @Test
  void theLargestSideIsADiagonalAndTheLeastARightAngle() {
    ImageSize size = new ImageSize(116, 158);
    double diagonal = StrictMath.toDegrees(StrictMath.atan2(116, 158));
    for (int right = -360; right <= 270; right += 90) {
      for (double angle : new double[] {right + diagonal, right + 90 - diagonal}) {
        assertThat(sides(rotate(angle - 2, angle + 2, true), size).max()).hasValue(198);
        assertThat(sides(rotate(angle + 1, angle + 2, true), size).max()).hasValue(196);
      }
      assertThat(sides(rotate(right, right + 2, true), size).min()).hasValue(116);
      assertThat(sides(rotate(right + 88, right + 90, true), size).min()).hasValue(116);
    }
  }

  /** A pipeline tries each of them. */
  @Test
  void fewSizesAreToldOfAWholeTurn() {
    assertThat(rotate(-360, 360, true).sizes(new ImageSize(116, 158)).orElseThrow())
        .contains(new ImageSize(116, 158), new ImageSize(158, 116))
        .hasSizeBetween(4, 8);
  }

  private static IntStream sides(Rotate rotate, ImageSize size) {
    return rotate.sizes(size).stream()
        .flatMap(Collection::stream)
        .flatMapToInt(each -> IntStream.of(each.height(), each.width()));
  }

  @Test
  void anImageThatIsSurelyTurnedHasNotItsOwnSize() {
    ImageSize size = new ImageSize(20, 24);
    assertThat(rotate(80, 100, true).sizes(size).orElseThrow()).doesNotContain(size);
    Rotate some = new Rotate(80, 100, Interpolation.NEAREST, 0, true, 0.9);
    assertThat(some.sizes(size).orElseThrow()).contains(size);
    assertThat(rotate(80, 100, false).sizes(size)).contains(Set.of(size));
    assertThat(rotate(80, 100, false).keepsSize()).isTrue();
    assertThat(rotate(80, 100, true).keepsSize()).isFalse();
  }

  @Test
  void quarterTurnsSwapSidesUnlessTheyAreTwo() {
    ImageSize size = new ImageSize(20, 24);
    ImageSize swapped = new ImageSize(24, 20);
    assertThat(new QuarterTurn(List.of(2), 1).keepsSize()).isTrue();
    assertThat(new QuarterTurn(List.of(1), 0).keepsSize()).isTrue();
    assertThat(Stream.of(1, 3).map(List::of).map(turns -> new QuarterTurn(turns, 1)))
        .noneMatch(QuarterTurn::keepsSize)
        .allMatch(turn -> turn.sizes(size).orElseThrow().equals(Set.of(swapped)));
    assertThat(new QuarterTurn(List.of(2), 1).sizes(size)).contains(Set.of(size));
    assertThat(new QuarterTurn(List.of(1, 2), 1).sizes(size)).contains(Set.of(size, swapped));
    assertThat(new QuarterTurn(List.of(1), 0.9).sizes(size)).contains(Set.of(size, swapped));
    assertThat(new QuarterTurn(List.of(1), 0).sizes(size)).contains(Set.of(size));
  }

  @Test
  void bothEndsOfAScaleAreTold() {
    ImageSize size = new ImageSize(100, 50);
    Set<ImageSize> ends = Set.of(new ImageSize(40, 20), new ImageSize(120, 60));
    assertThat(new RandomResize(20, 60, 1).sizes(size)).contains(ends);
    assertThat(new RandomScale(0.4, 1.2, 1).sizes(size)).contains(ends);
    assertThat(new RandomResize(20, 60, 0.9).sizes(size).orElseThrow()).contains(size).hasSize(3);
    assertThat(new RandomScale(0.4, 1.2, 0.9).sizes(size).orElseThrow()).contains(size).hasSize(3);
    assertThat(new RandomScale(0.01, 0.01, 1).sizes(new ImageSize(5, 9)))
        .contains(Set.of(new ImageSize(1, 1)));
    ImageOperation half = new RandomScale(0.5, 0.5, 1);
    ImageSize halved = new ImageSize(50, 25);
    List<ImageOperation> one = List.of(half);
    assertThat(new RandomChoice(one, List.of(), 1).sizes(size)).contains(Set.of(halved));
    assertThat(new RandomChoice(one, List.of(), 0.9).sizes(size)).contains(Set.of(size, halved));
    assertThat(new Sometimes(one, 1).sizes(size)).contains(Set.of(halved));
    assertThat(new Sometimes(one, 0.9).sizes(size)).contains(Set.of(size, halved));
  }
}
