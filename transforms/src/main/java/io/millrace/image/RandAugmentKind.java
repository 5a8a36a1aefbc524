package io.millrace.image;

/**
 * The fourteen operations of RandAugment, each with the range of its magnitudes: evenly spaced from
 * the first to the last bin, in float32 as {@code torch.linspace}. Those that recolour have tables,
 * see {@link LevelTable}; the others make pixels.
 */
enum RandAugmentKind {
  /** Nothing. */
  IDENTITY(0, 0),
  /** {@code source x = x + m y}. */
  SHEAR_X(0, 0.3f),
  /** {@code source y = y + m x}. */
  SHEAR_Y(0, 0.3f),
  /** To the right by a share of the width, whole pixels. */
  TRANSLATE_X(0, 150 / 331f),
  /** Down by a share of the height, whole pixels. */
  TRANSLATE_Y(0, 150 / 331f),
  /** Counter-clockwise, in degrees. */
  ROTATE(0, 30),
  /** By a factor of {@code 1 + m}. */
  BRIGHTNESS(0, 0.9f),
  /** Saturation, by a factor of {@code 1 + m}. */
  COLOR(0, 0.9f),
  /** By a factor of {@code 1 + m}. */
  CONTRAST(0, 0.9f),
  /** By a factor of {@code 1 + m}. */
  SHARPNESS(0, 0.9f),
  /** To so many bits. */
  POSTERIZE(8, 4),
  /** Inverts levels from a threshold on. */
  SOLARIZE(255, 0),
  /** Spreads the levels of each channel over all. */
  AUTO_CONTRAST(0, 0),
  /** Makes all levels of each channel as frequent. */
  EQUALIZE(0, 0);

  private final float first;
  private final float last;

  RandAugmentKind(float first, float last) {
    this.first = first;
    this.last = last;
  }

  /** Whether a magnitude has a sign. */
  boolean signed() {
    return first == 0 && last > 0;
  }

  /** Whether it recolours. */
  boolean tabled() {
    return switch (this) {
      case IDENTITY, BRIGHTNESS, CONTRAST, POSTERIZE, SOLARIZE, AUTO_CONTRAST, EQUALIZE -> true;
      default -> false;
    };
  }

  /** The magnitude of a bin, for an image of a size. */
  double magnitude(int bin, int bins, int height, int width) {
    return switch (this) {
      case TRANSLATE_X -> linear(0, (float) (150.0 / 331 * width), bin, bins);
      case TRANSLATE_Y -> linear(0, (float) (150.0 / 331 * height), bin, bins);
      case POSTERIZE -> 8 - Math.rint(bin / ((bins - 1) / 4f));
      default -> linear(first, last, bin, bins);
    };
  }

  private static double linear(float first, float last, int bin, int bins) {
    float step = (last - first) / (bins - 1);
    return bin < bins / 2
        ? Math.fma(step, (float) bin, first)
        : Math.fma(-step, (float) (bins - 1 - bin), last);
  }

  /** Adds to what becomes of the levels of an image. */
  void recolour(double magnitude, PixelBuffer image, LevelTable table) {
    switch (this) {
      case BRIGHTNESS -> Brightness.by(1 + magnitude, table);
      case CONTRAST -> Contrast.by(1 + magnitude, image, table);
      case POSTERIZE -> Levels.posterize((int) magnitude, table);
      case SOLARIZE -> Levels.solarize(magnitude, table);
      case AUTO_CONTRAST -> Levels.autoContrast(image, table);
      case EQUALIZE -> Levels.equalize(image, table);
      default -> {}
    }
  }

  /** Makes pixels. */
  void apply(double magnitude, PixelBuffer in, Interpolation interpolation, PixelBuffer out) {
    switch (this) {
      case COLOR -> color(1 + magnitude, in, out);
      case SHARPNESS -> Sharpness.by(1 + magnitude, in, out);
      default -> {
        out.reshape(in.height(), in.width(), in.channels());
        warp(magnitude, in).apply(in, interpolation, 0, out);
      }
    }
  }

  private static void color(double factor, PixelBuffer in, PixelBuffer out) {
    if (in.channels() == 3) {
      Saturation.by(factor, in, out);
    } else {
      PixelOperation.copy(in, out);
    }
  }

  private Warp warp(double magnitude, PixelBuffer in) {
    return switch (this) {
      case SHEAR_X -> new Warp(1, magnitude, 0, 0, 1, 0);
      case SHEAR_Y -> new Warp(1, 0, 0, magnitude, 1, 0);
      case TRANSLATE_X -> new Warp(1, 0, -(int) magnitude, 0, 1, 0);
      case TRANSLATE_Y -> new Warp(1, 0, 0, 0, 1, -(int) magnitude);
      default -> Warp.rotation(magnitude, in.width() / 2.0, in.height() / 2.0);
    };
  }
}
