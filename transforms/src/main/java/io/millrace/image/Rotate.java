package io.millrace.image;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Turns the image counter-clockwise about its middle by an angle {@code ~ U(min, max)}. With {@code
 * expand} the image grows so that it holds all corners, else it keeps its size. Takes one random
 * number, which keys the draws.
 *
 * <p>The bytes of {@code Image.rotate} of Pillow 12, but for multiples of 90 degrees, which it
 * makes by moving pixels.
 */
@Named(value = "rotate", doc = "Turns counter-clockwise about the middle by a random angle.")
public record Rotate(
    @Key(doc = "Smallest angle in degrees.", value = "-15", min = -360, max = 360) double min,
    @Key(doc = "Largest angle in degrees.", value = "15", min = -360, max = 360) double max,
    @Key(doc = "How a pixel between others is made.", value = "bilinear")
        Interpolation interpolation,
    @Key(doc = "Level of all channels outside of the image.", value = "0", min = 0, max = 255)
        int fill,
    @Key(doc = "Whether the image grows so that it holds all corners.", value = "false")
        boolean expand,
    @Key(doc = "Share of the images that are turned.", value = "1", min = 0, max = 1)
        double probability)
    implements PixelOperation {
  private static final double TURN = 360;

  /** Checks the ranges. */
  public Rotate {
    Checks.range(min, max, -TURN, TURN);
    Checks.that(fill >= 0 && fill <= 255, "fill", fill, "0 to 255");
    Checks.probability(probability);
  }

  @Override
  public void apply(PixelBuffer in, PixelBuffer out, RandomGenerator random) {
    Draws draws = new Draws(random);
    if (draws.happens(probability)) {
      turn(in, draws.between(min, max), out);
    } else {
      PixelOperation.copy(in, out);
    }
  }

  /** Turns by an angle in degrees. */
  void turn(PixelBuffer in, double degrees, PixelBuffer out) {
    ImageSize size = turned(new ImageSize(in.height(), in.width()), degrees);
    Renderer.checkSize(Box.whole(size.height(), size.width()), in.height(), in.width());
    out.reshape(size.height(), size.width(), in.channels());
    warp(in.height(), in.width(), degrees)
        .from((in.width() - size.width()) / 2.0, (in.height() - size.height()) / 2.0)
        .apply(in, interpolation, fill, out);
  }

  /** By the angle from 0 up, whose cosine may be another one in its last bits. */
  private static Warp warp(int height, int width, double degrees) {
    double angle = degrees - TURN * Math.floor(degrees / TURN);
    return Warp.rotation(angle, width / 2.0, height / 2.0);
  }

  private ImageSize turned(ImageSize size, double degrees) {
    if (!expand) {
      return size;
    }
    int right = size.width();
    int bottom = size.height();
    Warp warp = warp(bottom, right, degrees);
    return new ImageSize(
        extent(warp.row(0, 0), warp.row(right, 0), warp.row(right, bottom), warp.row(0, bottom)),
        extent(
            warp.column(0, 0),
            warp.column(right, 0),
            warp.column(right, bottom),
            warp.column(0, bottom)));
  }

  private static int extent(double a, double b, double c, double d) {
    double least = Math.min(Math.min(a, b), Math.min(c, d));
    double most = Math.max(Math.max(a, b), Math.max(c, d));
    return (int) (Math.ceil(most) - Math.floor(least));
  }

  @Override
  public boolean keepsSize() {
    return !expand;
  }

  /** Between two right angles height and width are largest along a diagonal. */
  @Override
  public Optional<Set<ImageSize>> sizes(ImageSize image) {
    Set<ImageSize> sizes = new LinkedHashSet<>();
    if (probability < 1) {
      sizes.add(image);
    }
    double diagonal = StrictMath.toDegrees(StrictMath.atan2(image.height(), image.width()));
    for (int right = -360; right <= TURN; right += 90) {
      addWithin(right, image, sizes);
      addWithin(right + diagonal, image, sizes);
      addWithin(right - diagonal, image, sizes);
    }
    addWithin(min, image, sizes);
    addWithin(max, image, sizes);
    return Optional.of(sizes);
  }

  private void addWithin(double degrees, ImageSize image, Set<ImageSize> sizes) {
    if (degrees >= min && degrees <= max) {
      sizes.add(turned(image, degrees));
    }
  }
}
