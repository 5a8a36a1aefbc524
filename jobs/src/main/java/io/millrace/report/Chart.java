package io.millrace.report;

import io.millrace.metrics.Figures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A chart over the epochs as inline SVG in a figure with title and legend. It is drawn at the width
 * of a phone, so that its text is readable there and of equal size on a desktop.
 */
final class Chart {
  private static final int WIDTH = 360;
  private static final int HEIGHT = 210;
  private static final int LEFT = 44;
  private static final int RIGHT = 348;
  private static final int TOP = 10;
  private static final int BOTTOM = 184;
  private static final int MANY = 40;

  private final String title;
  private final List<Series> series;
  private final int[] epochs;
  private final Unit unit;
  private final int marked;

  /**
   * A chart.
   *
   * @param epochs number of each epoch
   * @param unit how the values are written
   * @param marked the epoch whose weights were kept; one that is not there for none
   */
  Chart(String title, int[] epochs, List<Series> series, Unit unit, int marked) {
    this.title = title;
    this.epochs = epochs;
    this.series = series;
    this.unit = unit;
    this.marked = marked;
  }

  /** Lines: shares over the range of the values, everything else from 0. */
  String lines() {
    double min = finite().min().orElse(0);
    double max = finite().max().orElse(1);
    Axis axis = Axis.over(unit == Unit.PERCENT ? min : Math.min(min, 0), max, 6);
    StringBuilder marks = new StringBuilder();
    for (Series s : series) {
      marks.append(line(s, axis));
    }
    return figure(axis, marks.toString());
  }

  /** The series piled up, one bar an epoch. */
  String bars() {
    double max =
        IntStream.range(0, epochs.length)
            .mapToDouble(i -> series.stream().mapToDouble(s -> s.values()[i]).sum())
            .max()
            .orElse(1);
    Axis axis = Axis.over(0, max, 6);
    double slot = (double) (RIGHT - LEFT) / epochs.length;
    double width = Math.min(48, slot * 0.72);
    StringBuilder marks = new StringBuilder();
    for (int i = 0; i < epochs.length; i++) {
      double base = 0;
      for (Series s : series) {
        double value = s.values()[i];
        double top = y(axis, base + value);
        marks.append(
            Figures.format(
                "<rect class=\"f%d\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\">"
                    + "<title>%s</title></rect>",
                s.colour(),
                LEFT + slot * (i + 0.5) - width / 2,
                top,
                width,
                y(axis, base) - top,
                Html.escape(tip(i, s))));
        base += value;
      }
    }
    return figure(axis, marks.toString());
  }

  private String line(Series s, Axis axis) {
    StringBuilder path = new StringBuilder();
    StringBuilder dots = new StringBuilder();
    boolean pen = false;
    double radius = epochs.length > MANY ? 1 : 2.6;
    for (Point point : points(s)) {
      if (!Double.isFinite(point.value())) {
        pen = false;
        continue;
      }
      double y = y(axis, point.value());
      path.append(Figures.format("%s%.1f %.1f", pen ? "L" : "M", point.x(), y));
      dots.append(
          Figures.format(
              "<circle class=\"f%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"><title>%s</title></circle>",
              s.colour(), point.x(), y, radius, Html.escape(point.tip())));
      pen = true;
    }
    return Figures.format("<path class=\"l%d\" d=\"%s\"/>%s", s.colour(), path, dots);
  }

  private record Point(double x, double value, String tip) {}

  /** One an epoch, or two where a series says how an epoch began. */
  private List<Point> points(Series s) {
    List<Point> points = new ArrayList<>();
    double aside = (double) (RIGHT - LEFT) / epochs.length * 0.4;
    for (int i = 0; i < epochs.length; i++) {
      if (s.firsts().length == 0) {
        points.add(new Point(x(i), s.values()[i], tip(i, s)));
      } else {
        String epoch = "epoch " + epochs[i];
        points.add(
            new Point(
                x(i) - aside,
                s.firsts()[i],
                epoch + ", first update: " + unit.value(s.firsts()[i])));
        points.add(
            new Point(
                x(i) + aside,
                s.values()[i],
                epoch + ", last update: " + unit.value(s.values()[i])));
      }
    }
    return points;
  }

  private String figure(Axis axis, String marks) {
    StringBuilder svg = new StringBuilder();
    for (double tick : axis.ticks()) {
      svg.append(
          Figures.format(
              "<path class=\"grid\" d=\"M%d %.1fH%d\"/><text x=\"%d\" y=\"%.1f\""
                  + " text-anchor=\"end\">%s</text>",
              LEFT,
              y(axis, tick),
              RIGHT,
              LEFT - 6,
              y(axis, tick) + 3.5,
              Html.escape(unit.tick(tick, axis.step()))));
    }
    int every = Math.max(1, (int) Math.ceil(epochs.length / 10.0));
    int last = epochs.length - 1;
    for (int i = 0; i <= last; i++) {
      if (i == last || (i % every == 0 && last - i >= every)) {
        svg.append(
            Figures.format(
                "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d</text>",
                x(i), BOTTOM + 17, epochs[i]));
      }
    }
    svg.append(
        Figures.format(
            "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">epoch</text>", LEFT - 6, BOTTOM + 17));
    for (int i = 0; i <= last; i++) {
      if (epochs[i] == marked) {
        svg.append(
            Figures.format(
                "<path class=\"mark\" d=\"M%.1f %dV%d\"><title>epoch %d: the weights of"
                    + " model.zip</title></path>",
                x(i), TOP, BOTTOM, marked));
      }
    }
    return Figures.format(
        "<figure class=\"card\"><figcaption><h3>%s</h3>%s</figcaption><svg viewBox=\"0 0 %d %d\""
            + " role=\"img\" aria-label=\"%s\">%s%s</svg></figure>\n",
        Html.escape(title),
        legend(),
        WIDTH,
        HEIGHT,
        Html.escape(title + " by epoch. " + lastValues()),
        svg,
        marks);
  }

  private String legend() {
    return series.stream()
        .map(
            s ->
                Figures.format(
                    "<span class=\"key\"><i class=\"b%d\"></i>%s <b>%s</b></span>",
                    s.colour(), Html.escape(s.name()), Html.escape(unit.value(last(s)))))
        .collect(Collectors.joining("", "<div class=\"legend\">", "</div>"));
  }

  private String lastValues() {
    return series.stream()
        .map(s -> s.name() + " at the end: " + unit.value(last(s)))
        .collect(Collectors.joining(", ", "", "."));
  }

  private String tip(int i, Series s) {
    return "epoch " + epochs[i] + ", " + s.name() + ": " + unit.value(s.values()[i]);
  }

  private static double last(Series s) {
    return s.values().length == 0 ? Double.NaN : s.values()[s.values().length - 1];
  }

  private DoubleStream finite() {
    return series.stream()
        .flatMapToDouble(
            s -> DoubleStream.concat(Arrays.stream(s.values()), Arrays.stream(s.firsts())))
        .filter(Double::isFinite);
  }

  private double x(int i) {
    return LEFT + (double) (RIGHT - LEFT) * (i + 0.5) / epochs.length;
  }

  private static double y(Axis axis, double value) {
    return BOTTOM - (BOTTOM - TOP) * axis.at(value);
  }
}
