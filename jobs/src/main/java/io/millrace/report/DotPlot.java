package io.millrace.report;

import io.millrace.metrics.Figures;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * One line a row with a dot for each value, a bar from the smallest to the largest and a stroke at
 * their mean, as inline SVG at the width of a phone. A row of which all values are far below the
 * others would take the scale from them: what of it is left of the axis is drawn as an arrow at the
 * edge, its bar goes there, and a sentence says so.
 *
 * @param title what is shown
 * @param rows from the top down
 */
record DotPlot(String title, List<Row> rows) {
  private static final int WIDTH = 360;
  private static final int LEFT = 10;
  private static final int RIGHT = 350;
  private static final int PITCH = 36;
  private static final int NAME = 18;
  private static final int LINE = 30;

  private static final String CUT =
      "An arrow at the left edge stands for values of a row that are far below the others, and left"
          + " of the axis.";

  /** How many times further below the middle row than the best row is above it is too far. */
  private static final double FAR = 4;

  /**
   * A row.
   *
   * @param name of what was measured
   * @param words its numbers, as they are read
   * @param values shares
   */
  record Row(String name, String words, double[] values) {
    double mean() {
      return Arrays.stream(values).average().orElse(Double.NaN);
    }

    private double most() {
      return Arrays.stream(values).max().orElse(Double.NaN);
    }

    private boolean isCut(Axis axis) {
      return Arrays.stream(values).anyMatch(value -> !holds(axis, value));
    }
  }

  Markup html() {
    Axis axis = axis();
    int bottom = rows.size() * PITCH + 8;
    Markup svg = Markup.none();
    for (double tick : axis.ticks()) {
      svg.add(
          "<path class=\"grid\" d=\"M%.1f 4V%d\"/><text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%s</text>",
          x(axis, tick),
          bottom,
          x(axis, tick),
          bottom + 15,
          anchor(axis, tick),
          Unit.PERCENT.tick(tick, axis.step()));
    }
    for (int i = 0; i < rows.size(); i++) {
      svg.add(row(rows.get(i), axis, i * PITCH));
    }
    return Markup.of(
        "<figure class=\"card\"><figcaption><h3>%s</h3>%s</figcaption><svg viewBox=\"0 0 %d %d\""
            + " role=\"img\" aria-label=\"%s\">%s</svg></figure>\n",
        title,
        rows.stream().anyMatch(row -> row.isCut(axis))
            ? Markup.of("<div class=\"legend\">%s</div>", CUT)
            : Markup.none(),
        WIDTH,
        bottom + 22,
        title
            + ". "
            + rows.stream().map(r -> r.name() + ": " + r.words()).collect(Collectors.joining("; ")),
        svg);
  }

  private static String anchor(Axis axis, double tick) {
    double at = axis.at(tick);
    return at < 0.05 ? "start" : at > 0.95 ? "end" : "middle";
  }

  private Markup row(Row row, Axis axis, int top) {
    Markup html =
        Markup.of(
            "<text class=\"name\" x=\"%d\" y=\"%d\">%s</text><text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
            LEFT, top + NAME, row.name(), RIGHT, top + NAME, row.words());
    double[] inside = Arrays.stream(row.values()).filter(v -> holds(axis, v)).toArray();
    if (inside.length > 0 && row.values().length > 1) {
      html.add(
          "<path class=\"range\" d=\"M%.1f %dH%.1f\"/>",
          row.isCut(axis) ? LEFT : x(axis, DoubleStream.of(inside).min().orElseThrow()),
          top + LINE,
          x(axis, row.most()));
    }
    if (row.isCut(axis)) {
      html.add(
          "<path class=\"f1\" d=\"M%d %dl7 -4v8z\"><title>%s, further left</title></path>",
          LEFT - 8, top + LINE, row.name());
    }
    for (double value : inside) {
      html.add(
          "<circle class=\"f1\" cx=\"%.1f\" cy=\"%d\" r=\"3.2\"><title>%s: %s</title></circle>",
          x(axis, value), top + LINE, row.name(), Figures.percent(value));
    }
    if (row.values().length > 1 && holds(axis, row.mean())) {
      html.add(
          "<path class=\"mean\" d=\"M%.1f %dv12\"><title>%s, mean: %s</title></path>",
          x(axis, row.mean()), top + LINE - 6, row.name(), Figures.percent(row.mean()));
    }
    return html;
  }

  /** Over all values but those of rows that are far below the others with all of theirs. */
  private Axis axis() {
    double[] means =
        rows.stream().mapToDouble(Row::mean).filter(Double::isFinite).sorted().toArray();
    if (means.length == 0) {
      return Axis.over(0, 1, 5);
    }
    double middle = means[(means.length - 1) / 2];
    double least = middle - FAR * Math.max(means[means.length - 1] - middle, 0.005);
    double[] near =
        rows.stream()
            .filter(row -> row.most() >= least)
            .flatMapToDouble(row -> Arrays.stream(row.values()))
            .toArray();
    return Axis.over(
        DoubleStream.of(near).min().orElse(0), DoubleStream.of(near).max().orElse(1), 5);
  }

  /**
   * Whether a value is not left of an axis, whose low end is rounded: 6 steps of 0.1 exceed 0.6.
   */
  private static boolean holds(Axis axis, double value) {
    return axis.at(value) > -1e-9;
  }

  private static double x(Axis axis, double value) {
    return LEFT + (RIGHT - LEFT) * axis.at(value);
  }
}
