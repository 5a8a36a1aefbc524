package io.millrace.line;

import java.util.List;
import java.util.Locale;

/**
 * Whether the challenger takes the champion's place, and why.
 *
 * @param promotes whether it does
 * @param why in words
 */
public record Promotion(boolean promotes, String why) {
  private static final double POINTS = 100;

  /**
   * Decides: the challenger is promoted if on each set of held-out images the lower bound of the 95
   * % interval of {@code top-1(challenger) - top-1(champion)} is {@code >= -margin}, and each set
   * has enough images to tell.
   *
   * @param comparisons on tonight's images, and on last night's where there are such
   * @param margin in points of top-1
   * @param least images that a set must have to tell
   */
  public static Promotion by(List<Comparison> comparisons, double margin, int least) {
    if (comparisons.isEmpty()) {
      throw new IllegalArgumentException("Cannot decide on a promotion without a comparison");
    }
    for (Comparison each : comparisons) {
      long examples = each.table().examples();
      if (examples < least) {
        return new Promotion(
            false,
            words(
                "only %,d images of %s are held out, and line.leastHeldOut asks for %,d",
                examples, each.night(), least));
      }
      // Counts of an interval are whole: a bound that is the margin but for rounding holds.
      if (!(POINTS * each.low() >= -margin - 1e-9)) {
        return new Promotion(
            false,
            words(
                "%s on the images of %s, at worst %+.2f; the margin allows %.2f",
                difference(each), each.night(), POINTS * each.low(), 0 - margin));
      }
    }
    Comparison tonight = comparisons.get(0);
    return new Promotion(
        true,
        words(
            "%s on the images of %s, at worst %+.2f; the margin allows %.2f%s",
            difference(tonight),
            tonight.night(),
            POINTS * tonight.low(),
            0 - margin,
            comparisons.size() > 1
                ? ", here and on the images of " + comparisons.get(1).night()
                : ""));
  }

  /**
   * The first of a line has nobody's place to take.
   *
   * @param measured whether there are images to measure it on
   */
  public static Promotion first(boolean measured) {
    String why = "there was no champion";
    return new Promotion(
        true, measured ? why : why + ", and no image is held out to measure it on");
  }

  private static String difference(Comparison each) {
    double points = POINTS * each.table().difference();
    return points == 0
        ? "as good as the champion"
        : words("%.2f points %s", Math.abs(points), points > 0 ? "better" : "worse");
  }

  private static String words(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
