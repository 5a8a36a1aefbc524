package io.millrace.report;

import io.millrace.metrics.Figures;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Values by layer and epoch as inline SVG in a figure: a row a layer, a column an epoch, the darker
 * the larger. It is drawn at the width of a phone; what was not measured is left empty.
 *
 * @param title of the figure
 * @param rows names of the layers, the first on top
 * @param epochs number of each epoch
 * @param values [rows][epochs], as the unit has them; NaN for what was not measured
 * @param unit how the values are written
 * @param scale the values of the palest and of the darkest; NaN for those there are
 */
record HeatMap(
    String title, List<String> rows, int[] epochs, double[][] values, Unit unit, double[] scale) {
  private static final int LEVELS = 9;
  private static final int WIDTH = 360;
  private static final int LEFT = 132;
  private static final int RIGHT = 352;
  private static final int TOP = 4;
  private static final double HEIGHT = 184;
  private static final int MOST_HEIGHT = 560;
  private static final int LETTERS = 21;

  Markup html() {
    double none = unit == Unit.POWER ? Double.NEGATIVE_INFINITY : 0;
    double low = Double.isNaN(scale[0]) ? all().min().orElse(none) : scale[0];
    double high = Double.isNaN(scale[1]) ? all().max().orElse(none) : scale[1];
    double row = rowHeight(rows.size(), 4);
    double bottom = TOP + row * rows.size();
    return Markup.of(
        "<figure class=\"card\"><figcaption><h3>%s</h3>%s</figcaption><svg viewBox=\"0 0 %d %.0f\""
            + " role=\"img\" aria-label=\"%s\">%s%s%s</svg></figure>\n",
        title,
        legend(low, high),
        WIDTH,
        bottom + 22,
        "%s by layer and epoch, from %s to %s".formatted(title, unit.value(low), unit.value(high)),
        cells(low, high, row),
        labels(row),
        ticks(bottom));
  }

  /** High enough for a chart beside it, and for the label where there are not too many. */
  static double rowHeight(int rows, double least) {
    return Math.max(
        least, Math.min(Math.max(15, Math.min(30, HEIGHT / rows)), (double) MOST_HEIGHT / rows));
  }

  private DoubleStream all() {
    return Arrays.stream(values).flatMapToDouble(Arrays::stream).filter(Double::isFinite);
  }

  private Markup legend(double low, double high) {
    Markup swatches = Markup.none();
    for (int level = 0; level < LEVELS; level++) {
      swatches.add("<i class=\"s%d\"></i>", level);
    }
    return Markup.of(
        "<div class=\"legend\"><span class=\"key scale\"><b>%s</b> %s <b>%s</b></span></div>",
        unit.value(low), swatches, unit.value(high));
  }

  /** One path a level: a long run has ten thousand cells. */
  private Markup cells(double low, double high, double row) {
    double column = (double) (RIGHT - LEFT) / epochs.length;
    StringBuilder[] paths = new StringBuilder[LEVELS];
    for (int r = 0; r < rows.size(); r++) {
      for (int e = 0; e < epochs.length; e++) {
        double value = values[r][e];
        if (Double.isFinite(value)) {
          double share = high > low ? (value - low) / (high - low) : 0;
          int level = (int) Math.max(0, Math.min(LEVELS - 1, Math.floor(share * LEVELS)));
          paths[level] = paths[level] == null ? new StringBuilder() : paths[level];
          paths[level].append(
              Figures.format(
                  "M%.1f %.1fh%.1fv%.1fh-%.1fz",
                  LEFT + column * e, TOP + row * r, column, row, column));
        }
      }
    }
    Markup cells = Markup.none();
    for (int level = 0; level < LEVELS; level++) {
      if (paths[level] != null) {
        cells.add("<path class=\"h%d\" d=\"%s\"/>", level, paths[level]);
      }
    }
    return cells;
  }

  private Markup labels(double row) {
    Markup labels = Markup.none();
    int every = (int) Math.ceil(11 / row);
    for (int r = 0; r < rows.size(); r++) {
      String name = rows.get(r);
      if (r % every == 0) {
        labels.add(
            "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
            LEFT - 6,
            TOP + row * (r + 0.5) + 3.5,
            name.length() <= LETTERS ? name : "…" + name.substring(name.length() - LETTERS + 1));
      }
      labels.add(
          "<rect class=\"over\" x=\"0\" y=\"%.1f\" width=\"%d\" height=\"%.1f\"><title>%s</title>"
              + "</rect>",
          TOP + row * r, WIDTH, row, tip(r));
    }
    return labels;
  }

  private String tip(int r) {
    int[] measured =
        IntStream.range(0, epochs.length).filter(e -> Double.isFinite(values[r][e])).toArray();
    if (measured.length == 0) {
      return rows.get(r) + ": not measured";
    }
    int first = measured[0];
    int last = measured[measured.length - 1];
    return "%s: %s in epoch %d, %s in epoch %d"
        .formatted(
            rows.get(r),
            unit.value(values[r][first]),
            epochs[first],
            unit.value(values[r][last]),
            epochs[last]);
  }

  private Markup ticks(double bottom) {
    double column = (double) (RIGHT - LEFT) / epochs.length;
    Markup ticks =
        Markup.of(
            "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">epoch</text>", LEFT - 6, bottom + 15);
    for (Across.Tick tick : Across.epochs(epochs, 0).ticks()) {
      ticks.add(
          "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>",
          LEFT + column * (tick.at() + 0.5), bottom + 15, tick.text());
    }
    return ticks;
  }
}
