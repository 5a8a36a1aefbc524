package io.millrace.dataset;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The extremes of the sizes of a set's images, each by an image that is there. What works on all of
 * them works on every image of the set: an operation asks for a height, a width, or a shape.
 *
 * @param lowest the smallest height
 * @param highest the largest height
 * @param narrowest the smallest width
 * @param widest the largest width
 * @param steepest the smallest width / height
 * @param flattest the largest width / height
 */
public record ImageSizes(
    Size lowest, Size highest, Size narrowest, Size widest, Size steepest, Size flattest)
    implements Serializable {
  private static final Comparator<Size> BY_HEIGHT =
      Comparator.comparingInt(Size::height).thenComparingInt(Size::width);
  private static final Comparator<Size> BY_WIDTH =
      Comparator.comparingInt(Size::width).thenComparingInt(Size::height);
  private static final Comparator<Size> BY_ASPECT = Size::compareAspects;

  /**
   * Height and width in pixels.
   *
   * @param height in pixels
   * @param width in pixels
   */
  public record Size(int height, int width) implements Serializable {
    private static int compareAspects(Size a, Size b) {
      int byAspect = Long.compare((long) a.width * b.height, (long) b.width * a.height);
      return byAspect != 0 ? byAspect : Integer.compare(a.height, b.height);
    }

    @Override
    public String toString() {
      return width + " x " + height;
    }
  }

  /** The extremes of images of one size. */
  public static ImageSizes of(int height, int width) {
    Size size = new Size(height, width);
    return new ImageSizes(size, size, size, size, size, size);
  }

  /** The extremes of both; neither order nor grouping of a union matters. */
  public ImageSizes and(ImageSizes other) {
    return new ImageSizes(
        least(BY_HEIGHT, lowest, other.lowest),
        least(BY_HEIGHT.reversed(), highest, other.highest),
        least(BY_WIDTH, narrowest, other.narrowest),
        least(BY_WIDTH.reversed(), widest, other.widest),
        least(BY_ASPECT, steepest, other.steepest),
        least(BY_ASPECT.reversed(), flattest, other.flattest));
  }

  /** The different ones among them. */
  public List<Size> all() {
    return Stream.of(lowest, highest, narrowest, widest, steepest, flattest).distinct().toList();
  }

  private static Size least(Comparator<Size> order, Size a, Size b) {
    return order.compare(a, b) <= 0 ? a : b;
  }
}
