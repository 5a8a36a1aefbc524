package io.millrace.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.random.KeyedRandom;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation against what Pillow and torchvision make of the same picture, to the byte. */
class AugmentationOracleTest {
  private static final List<String> ROUNDED_ELSEWHERE =
      List.of("gaussian_blur", "pca_lighting"); // float32 there, and another order of sums

  @ParameterizedTest
  @MethodSource("io.millrace.image.AugmentationOracle#cases")
  void givesTheirPixels(AugmentationOracle expected) throws IOException {
    PixelBuffer in = input(expected.name());
    PixelBuffer out = new PixelBuffer();
    make(expected, in, out);
    boolean exact = ROUNDED_ELSEWHERE.stream().noneMatch(expected.name()::startsWith);
    expected.assertMade(out, exact ? 0 : expected.tolerance());
  }

  private static void make(AugmentationOracle oracle, PixelBuffer in, PixelBuffer out) {
    String name = oracle.name();
    String[] words = name.split("_");
    if (name.startsWith("randaugment")) {
      randAugment(words, in, out);
    } else if (name.startsWith("rotate_") && name.contains("earest")
        || name.startsWith("rotate_") && name.contains("bilinear")) {
      rotate(words, in, out);
    } else if (name.startsWith("jitter")) {
      List<ImageOperation> three =
          List.of(
              new Brightness(1.2, 1.2, 1), new Contrast(0.8, 0.8, 1), new Saturation(1.3, 1.3, 1));
      new Sometimes(three, 1).apply(in, out, random());
    } else if (name.contains("rotate_90_then") || name.contains("then_rotate_90")) {
      boolean first = name.startsWith("rotate");
      ImageOperation turn = new QuarterTurn(List.of(1), 1);
      ImageOperation flip = new HorizontalFlip(1);
      List<ImageOperation> both = first ? List.of(turn, flip) : List.of(flip, turn);
      new Sometimes(both, 1).apply(in, out, random());
    } else {
      switch (words[0]) {
        case "brightness", "contrast", "saturation", "sharpness", "hue" ->
            by(words[0], Double.parseDouble(words[1]), in, out);
        case "grey" -> new Grayscale(1).apply(in, out, random());
        case "flip" -> flip(words[1]).apply(in, out, random());
        case "rotate" ->
            new QuarterTurn(List.of(Integer.parseInt(words[1]) / 90), 1).apply(in, out, random());
        case "transpose" -> Renderer.cut(in, whole(in), turn(in, false), out);
        case "transverse" -> Renderer.cut(in, whole(in), turn(in, true), out);
        case "gaussian" -> {
          double sigma = Double.parseDouble(words[3].replace("sigma", ""));
          new GaussianBlur(sigma, sigma, Integer.parseInt(words[2]), 1).apply(in, out, random());
        }
        case "pca" -> lighting(Double.parseDouble(words[2]), in, out);
        case "erase" -> erase(words[5], in, out);
        default -> levels(words, in, out);
      }
    }
  }

  private static KeyedRandom random() {
    return new KeyedRandom().key(1, 2, 3);
  }

  private static Box whole(PixelBuffer image) {
    return Box.whole(image.height(), image.width());
  }

  private static Frame turn(PixelBuffer image, boolean mirrored) {
    return Frame.turn(image.height(), image.width(), true, mirrored, mirrored);
  }

  private static PixelBuffer input(String name) throws IOException {
    PixelBuffer image = AugmentationOracle.input();
    if (name.endsWith("one_flat_channel")) {
      for (int i = 1; i < image.height() * image.width() * 3; i += 3) {
        image.data()[i] = 77;
      }
    }
    if (!name.endsWith("twice_as_large")) {
      return image;
    }
    PixelBuffer large = new PixelBuffer().reshape(2 * image.height(), 2 * image.width(), 3);
    new Warp(0.5, 0, 0, 0, 0.5, 0).apply(image, Interpolation.NEAREST, 0, large);
    return large;
  }

  private static ImageOperation flip(String way) {
    return way.equals("horizontal") ? new HorizontalFlip(1) : new VerticalFlip(1);
  }

  private static void by(String what, double factor, PixelBuffer in, PixelBuffer out) {
    switch (what) {
      case "brightness" -> new Brightness(factor, factor, 1).apply(in, out, random());
      case "contrast" -> new Contrast(factor, factor, 1).apply(in, out, random());
      case "saturation" -> new Saturation(factor, factor, 1).apply(in, out, random());
      case "hue" -> new Hue(factor, factor, 1).apply(in, out, random());
      default -> Sharpness.by(factor, in, out);
    }
  }

  private static void rotate(String[] words, PixelBuffer in, PixelBuffer out) {
    Interpolation how = Interpolation.valueOf(words[2].toUpperCase(java.util.Locale.ROOT));
    double degrees = Double.parseDouble(words[1]);
    String more = words.length > 3 ? words[3] : "";
    int fill = more.equals("fill") ? Integer.parseInt(words[4]) : 0;
    new Rotate(degrees, degrees, how, fill, more.equals("expand"), 1).apply(in, out, random());
  }

  private static void lighting(double first, PixelBuffer in, PixelBuffer out) {
    double[] alpha = first > 0 ? new double[] {0.1, -0.05, 0.02} : new double[] {-0.3, 0.4, -0.2};
    LevelTable table = new LevelTable(3);
    PcaLighting.add(alpha, table);
    table.apply(in, out);
  }

  private static void erase(String fill, PixelBuffer in, PixelBuffer out) {
    float[] mean = fill.equals("mean") ? new float[] {0.485f, 0.456f, 0.406f} : new float[3];
    PixelOperation.copy(in, out);
    var noWhere = new RandomErasing(0.02, 0.33, 0.3, 3.3, RandomErasing.Fill.MEAN, 1);
    noWhere.erase(out, new Box(3, 7, 8, 12), mean, new float[] {1, 1, 1}, random());
  }

  private static void levels(String[] words, PixelBuffer in, PixelBuffer out) {
    LevelTable table = new LevelTable(3);
    switch (words[0]) {
      case "invert" -> Levels.solarize(0, table);
      case "autocontrast" -> Levels.autoContrast(in, table);
      case "equalize" -> Levels.equalize(in, table);
      case "posterize" -> Levels.posterize(Integer.parseInt(words[1]), table);
      case "solarize" -> Levels.solarize(Double.parseDouble(words[1]), table);
      default -> throw new AssertionError(Arrays.toString(words));
    }
    table.apply(in, out);
  }

  /** {@code randaugment_ShearX_0.09_nearest} is a magnitude, {@code .._bin9_plus} a bin. */
  private static void randAugment(String[] words, PixelBuffer in, PixelBuffer out) {
    RandAugmentKind kind = kind(words[1]);
    if (words[2].startsWith("bin")) {
      boolean negative = words.length > 3 && words[3].equals("minus");
      var nine = new RandAugment(1, 9, 31, Interpolation.NEAREST, 1);
      nine.step(kind, negative).apply(in, out, random());
    } else {
      Interpolation how = Interpolation.valueOf(words[3].toUpperCase(java.util.Locale.ROOT));
      kind.apply(Double.parseDouble(words[2]), in, how, out);
    }
  }

  private static RandAugmentKind kind(String name) {
    String constant = name.replaceAll("([a-z])([A-Z])", "$1_$2");
    return RandAugmentKind.valueOf(constant.toUpperCase(java.util.Locale.ROOT));
  }

  @Test
  void magnitudesOfRandAugmentAreTorchvisions() throws IOException {
    List<String[]> kinds = AugmentationOracle.lines("bins");
    assertThat(kinds).hasSize(2 * RandAugmentKind.values().length);
    for (String[] words : kinds) {
      RandAugmentKind kind = kind(words[1]);
      assertThat(kind.signed()).as(words[1]).isEqualTo(Boolean.parseBoolean(words[4]));
      if (!words[5].equals("-")) {
        int height = Integer.parseInt(words[2]);
        int width = Integer.parseInt(words[3]);
        String[] magnitudes = words[5].split(",");
        for (int bin = 0; bin < magnitudes.length; bin++) {
          assertThat(kind.magnitude(bin, magnitudes.length, height, width))
              .as("%s, bin %d", kind, bin)
              .isCloseTo(
                  Double.parseDouble(magnitudes[bin]), org.assertj.core.data.Offset.offset(6e-7));
        }
      }
    }
  }

  @Test
  void boxesOfRandomErasingAreTorchvisions() throws IOException {
    List<String[]> boxes = AugmentationOracle.lines("box");
    assertThat(boxes).hasSize(5);
    for (String[] words : boxes) {
      int height = Integer.parseInt(words[1]);
      int width = Integer.parseInt(words[2]);
      double share = Double.parseDouble(words[3]);
      ImageSize box = RandomErasing.sized(height, width, share, Double.parseDouble(words[4]));
      assertThat(box.height()).isEqualTo(Integer.parseInt(words[5]));
      assertThat(box.width()).isEqualTo(Integer.parseInt(words[6]));
      boolean accepted = box.height() < height && box.width() < width;
      assertThat(accepted).isEqualTo(Boolean.parseBoolean(words[7]));
    }
  }
}
