package io.millrace.report;

import io.millrace.evaluate.Calibration;
import io.millrace.metrics.Figures;
import java.util.List;

/**
 * Whether a network is as sure as it is right, as inline SVG: in each bin of confidence a bar as
 * high as the share that is right, and a mark where a calibrated network's would end. Bins without
 * examples are empty, those with few are pale.
 */
final class ReliabilityChart {
  private static final int WIDTH = 360;
  private static final int HEIGHT = 210;
  private static final int LEFT = 44;
  private static final int RIGHT = 348;
  private static final int TOP = 10;
  private static final int BOTTOM = 184;

  private final Calibration calibration;

  private ReliabilityChart(Calibration calibration) {
    this.calibration = calibration;
  }

  /** The chart and what it says; nothing where there is none. */
  static Markup html(Calibration calibration) {
    return calibration == null ? Markup.none() : new ReliabilityChart(calibration).figure();
  }

  /** In words by how much confidence and accuracy differ. */
  static String words(Calibration calibration) {
    if (calibration == null) {
      return "";
    }
    double apart = 0;
    long all = 0;
    for (Calibration.Bin bin : calibration.bins()) {
      apart += bin.examples() * (bin.confidence() - bin.accuracy());
      all += bin.examples();
    }
    String mean = Figures.percent(Math.abs(apart) / Math.max(1, all));
    return "error (ECE) %s; on average %s by %s"
        .formatted(
            Figures.percent(calibration.ece()), apart > 0 ? "too sure" : "not sure enough", mean);
  }

  private Markup figure() {
    return Markup.of(
        "<figure class=\"card\"><figcaption><h3>Calibration</h3><div class=\"legend\"><span"
            + " class=\"key\"><i class=\"b1\"></i>share that is right</span><span class=\"key\"><i"
            + " class=\"b2\"></i>confidence</span><span class=\"key\"><i class=\"line\"></i>as sure as"
            + " right</span><span class=\"key\">ECE <b>%s</b></span></div>"
            + "</figcaption><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%s%s</svg>"
            + "</figure>\n",
        Figures.percent(calibration.ece()),
        WIDTH,
        HEIGHT,
        "Share that is right by confidence: " + words(calibration),
        frame(),
        bars());
  }

  private static Markup frame() {
    Markup svg = Markup.none();
    for (int tick = 0; tick <= 5; tick++) {
      double y = y(tick / 5.0);
      svg.add(
          "<path class=\"grid\" d=\"M%d %.1fH%d\"/><text x=\"%d\" y=\"%.1f\""
              + " text-anchor=\"end\">%d %%</text><text x=\"%.1f\" y=\"%d\""
              + " text-anchor=\"middle\">%d</text>",
          LEFT, y, RIGHT, LEFT - 6, y + 3.5, 20 * tick, x(tick / 5.0), BOTTOM + 17, 20 * tick);
    }
    return svg.add("<path class=\"even\" d=\"M%d %dL%d %d\"/>", LEFT, BOTTOM, RIGHT, TOP);
  }

  private Markup bars() {
    List<Calibration.Bin> bins = calibration.bins();
    long most = bins.stream().mapToLong(Calibration.Bin::examples).max().orElse(0);
    Markup svg = Markup.none();
    for (int b = 0; b < bins.size(); b++) {
      Calibration.Bin bin = bins.get(b);
      if (bin.examples() == 0) {
        continue;
      }
      double left = x((double) b / bins.size()) + 1;
      double width = x(1.0 / bins.size()) - x(0) - 2;
      double top = y(bin.accuracy());
      double sure = y(bin.confidence());
      svg.add(
          "<g><title>%s</title><rect class=\"f1\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\""
              + " height=\"%.1f\" opacity=\"%.2f\"/><path class=\"l2\" d=\"M%.1f %.1fh%.1f\"/></g>",
          tip(b, bin),
          left,
          top,
          width,
          BOTTOM - top,
          0.35 + 0.65 * Math.sqrt((double) bin.examples() / most),
          left,
          sure,
          width);
    }
    return svg;
  }

  private static String tip(int b, Calibration.Bin bin) {
    return Figures.format(
        "confidence %.0f to %.0f %%: %,d examples, %.1f %% sure, %.1f %% right",
        100.0 * b / Calibration.BINS,
        100.0 * (b + 1) / Calibration.BINS,
        bin.examples(),
        100 * bin.confidence(),
        100 * bin.accuracy());
  }

  private static double x(double share) {
    return LEFT + (RIGHT - LEFT) * share;
  }

  private static double y(double share) {
    return BOTTOM - (BOTTOM - TOP) * share;
  }
}
