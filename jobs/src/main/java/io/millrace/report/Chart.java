package io.millrace.report;

import io.millrace.metrics.Figures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A chart over the epochs, or other points, as inline SVG in a figure with title and legend. It is
 * drawn at the width of a phone, so that its text is readable there and of equal size on a desktop.
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
  private final Across across;
  private final int count;
  private final Unit unit;

  /**
   * A chart over the epochs.
   *
   * @param epochs number of each epoch
   * @param unit how the values are written
   * @param marked the epoch whose weights were kept; one that is not there for none
   */
  Chart(String title, int[] epochs, List<Series> series, Unit unit, int marked) {
    this(title, Across.epochs(epochs, marked), series, unit);
  }

  /** A chart over any points. */
  Chart(String title, Across across, List<Series> series, Unit unit) {
    this.title = title;
    this.across = across;
    this.count = across.points().size();
    this.series = series;
    this.unit = unit;
  }

  /** Lines: over the range of the values, of a run from 0 but for shares. */
  Markup lines() {
    double min = finite().min().orElse(0);
    double max = finite().max().orElse(1);
    boolean from0 = across.isCourse() && unit == Unit.NUMBER;
    Axis axis = Axis.over(from0 ? Math.min(min, 0) : min, max, 6);
    Markup marks = Markup.none();
    for (Series s : series) {
      marks.add(line(s, axis));
    }
    return figure(axis, marks);
  }

  /** The series piled up, one bar an epoch. */
  Markup bars() {
    double max =
        IntStream.range(0, count)
            .mapToDouble(i -> series.stream().mapToDouble(s -> s.values()[i]).sum())
            .max()
            .orElse(1);
    Axis axis = Axis.over(0, max, 6);
    double slot = (double) (RIGHT - LEFT) / count;
    double width = Math.min(48, slot * 0.72);
    Markup marks = Markup.none();
    for (int i = 0; i < count; i++) {
      double base = 0;
      for (Series s : series) {
        double value = s.values()[i];
        double top = y(axis, base + value);
        marks.add(
            "<rect class=\"f%d\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\">"
                + "<title>%s</title></rect>",
            s.colour(),
            LEFT + slot * (i + 0.5) - width / 2,
            top,
            width,
            y(axis, base) - top,
            tip(i, s));
        base += value;
      }
    }
    return figure(axis, marks);
  }

  private Markup line(Series s, Axis axis) {
    StringBuilder path = new StringBuilder();
    Markup dots = Markup.none();
    boolean pen = false;
    double radius = count > MANY ? 1 : 2.6;
    for (Point point : points(s)) {
      if (!Double.isFinite(point.value())) {
        pen = false;
        continue;
      }
      double y = y(axis, point.value());
      path.append(Figures.format("%s%.1f %.1f", pen ? "L" : "M", point.x(), y));
      dots.add(
          "<circle class=\"f%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"><title>%s</title></circle>",
          s.colour(), point.x(), y, radius, point.tip());
      pen = true;
    }
    return Markup.of("<path class=\"l%d\" d=\"%s\"/>%s", s.colour(), path, dots);
  }

  private record Point(double x, double value, String tip) {}

  /** One an epoch, or two where a series says how an epoch began. */
  private List<Point> points(Series s) {
    List<Point> points = new ArrayList<>();
    double aside = (double) (RIGHT - LEFT) / count * 0.4;
    for (int i = 0; i < s.values().length; i++) {
      if (s.firsts().length == 0) {
        points.add(new Point(x(i), s.values()[i], tip(i, s)));
      } else {
        points.add(
            new Point(
                x(i) - aside,
                s.firsts()[i],
                at(i) + ", first update: " + unit.value(s.firsts()[i])));
        points.add(
            new Point(
                x(i) + aside,
                s.values()[i],
                at(i) + ", last update: " + unit.value(s.values()[i])));
      }
    }
    return points;
  }

  private Markup figure(Axis axis, Markup marks) {
    Markup svg = Markup.none();
    for (double tick : axis.ticks()) {
      svg.add(
          "<path class=\"grid\" d=\"M%d %.1fH%d\"/><text x=\"%d\" y=\"%.1f\""
              + " text-anchor=\"end\">%s</text>",
          LEFT, y(axis, tick), RIGHT, LEFT - 6, y(axis, tick) + 3.5, unit.tick(tick, axis.step()));
    }
    for (Across.Tick tick : across.ticks()) {
      svg.add(
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
          x(tick.at()), BOTTOM + 17, tick.text());
    }
    svg.add(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
        across.isCourse() ? LEFT - 6 : LEFT - 16, BOTTOM + 17, across.name());
    if (across.marked() >= 0) {
      svg.add(
          "<path class=\"mark\" d=\"M%.1f %dV%d\"><title>%s</title></path>",
          x(across.marked()), TOP, BOTTOM, across.mark());
    }
    return Markup.of(
        "<figure class=\"card\"><figcaption><h3>%s</h3>%s</figcaption><svg viewBox=\"0 0 %d %d\""
            + " role=\"img\" aria-label=\"%s\">%s%s</svg></figure>\n",
        title,
        legend(),
        WIDTH,
        HEIGHT,
        title + " by " + across.name() + "." + lastValues(),
        svg,
        marks);
  }

  private Markup legend() {
    Markup keys = Markup.of("<div class=\"legend\">");
    for (Series s : series) {
      keys.add("<span class=\"key\"><i class=\"b%d\"></i>%s", s.colour(), s.name());
      if (across.isCourse()) {
        keys.add(" <b>%s</b>", unit.value(last(s)));
      }
      keys.add("</span>");
    }
    if (across.marked() >= 0) {
      keys.add("<span class=\"key\"><i class=\"dotted\"></i>%s</span>", across.mark());
    }
    return keys.add("</div>");
  }

  private String lastValues() {
    return across.isCourse()
        ? series.stream()
            .map(s -> s.name() + " at the end: " + unit.value(last(s)))
            .collect(Collectors.joining(", ", " ", "."))
        : "";
  }

  private String tip(int i, Series s) {
    return at(i) + ", " + s.name() + ": " + unit.value(s.values()[i]);
  }

  private String at(int i) {
    return across.name() + " " + across.points().get(i);
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

  private double x(double i) {
    return LEFT + (double) (RIGHT - LEFT) * (i + 0.5) / count;
  }

  private static double y(Axis axis, double value) {
    return BOTTOM - (BOTTOM - TOP) * axis.at(value);
  }
}
