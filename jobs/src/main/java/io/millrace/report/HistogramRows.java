package io.millrace.report;

import io.millrace.diagnostics.Bins;
import io.millrace.metrics.Figures;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Histograms of several layers one above the other, as inline SVG in a figure: bins are powers of
 * two, the negative ones to the left, and each layer's largest bin has the height of its row.
 *
 * @param title of the figure
 * @param counts by layer the counts by bin
 */
record HistogramRows(String title, Map<String, Map<String, Double>> counts) {
  private static final int WIDTH = 360;
  private static final int LEFT = 132;
  private static final int RIGHT = 352;
  private static final int TOP = 4;
  private static final int LETTERS = 21;
  private static final int LABELS = 5;

  Markup html() {
    List<String> bins = bins();
    double row = HeatMap.rowHeight(counts.size(), 9);
    double bottom = TOP + row * counts.size();
    Markup rows = Markup.none();
    int r = 0;
    for (Map.Entry<String, Map<String, Double>> each : counts.entrySet()) {
      rows.add(layer(each.getKey(), each.getValue(), bins, TOP + row * r++, row));
    }
    return Markup.of(
        "<figure class=\"card\"><figcaption><h3>%s</h3></figcaption><svg viewBox=\"0 0 %d %.0f\""
            + " role=\"img\" aria-label=\"%s\">%s%s</svg></figure>\n",
        title,
        WIDTH,
        bottom + 22,
        title + " by layer, in powers of two",
        rows,
        ticks(bins, bottom));
  }

  /** All bins in between too, so that widths are alike. */
  private List<String> bins() {
    int least = Integer.MAX_VALUE;
    int most = Integer.MIN_VALUE;
    for (Map<String, Double> layer : counts.values()) {
      for (String bin : layer.keySet()) {
        if (!bin.equals("0")) {
          int exponent = Integer.parseInt(bin.substring(bin.indexOf('^') + 1));
          least = Math.min(least, exponent);
          most = Math.max(most, exponent);
        }
      }
    }
    TreeSet<String> bins = new TreeSet<>(Comparator.comparingDouble(Bins::value));
    bins.add("0");
    for (int exponent = Math.max(least, most - 24); exponent <= most; exponent++) {
      bins.add("2^" + exponent);
      bins.add("-2^" + exponent);
    }
    return new ArrayList<>(bins);
  }

  /** What is smaller than the smallest bin that is drawn counts as 0. */
  private static Map<String, Double> drawn(Map<String, Double> counts, List<String> bins) {
    Map<String, Double> drawn = new LinkedHashMap<>();
    counts.forEach((bin, n) -> drawn.merge(bins.contains(bin) ? bin : "0", n, Double::sum));
    return drawn;
  }

  private static Markup layer(
      String name, Map<String, Double> counts, List<String> bins, double top, double row) {
    Map<String, Double> drawn = drawn(counts, bins);
    double most = drawn.values().stream().mapToDouble(Double::doubleValue).max().orElse(1);
    double all = drawn.values().stream().mapToDouble(Double::doubleValue).sum();
    double width = (double) (RIGHT - LEFT) / bins.size();
    double base = top + row - 1;
    StringBuilder path = new StringBuilder();
    for (int b = 0; b < bins.size(); b++) {
      double height = drawn.getOrDefault(bins.get(b), 0.0) / most * (row - 2);
      if (height > 0) {
        path.append(
            Figures.format(
                "M%.1f %.1fv-%.1fh%.1fv%.1fz", LEFT + width * b, base, height, width, height));
      }
    }
    String label =
        name.length() <= LETTERS ? name : "…" + name.substring(name.length() - LETTERS + 1);
    String zeros =
        Figures.format(
            "%s: %.1f %% are 0 or next to it", name, 100 * drawn.getOrDefault("0", 0.0) / all);
    return Markup.of(
        "<path class=\"grid\" d=\"M%d %.1fH%d\"/><path class=\"f1\" d=\"%s\"/><text x=\"%d\""
            + " y=\"%.1f\" text-anchor=\"end\">%s</text><rect class=\"over\" x=\"0\" y=\"%.1f\""
            + " width=\"%d\" height=\"%.1f\"><title>%s</title></rect>",
        LEFT, base, RIGHT, path, LEFT - 6, top + row / 2 + 3.5, label, top, WIDTH, row, zeros);
  }

  private static String text(double bound) {
    return (bound < 0 ? "-" : "") + Unit.POWER.value(Math.log10(Math.abs(bound)));
  }

  private static Markup ticks(List<String> bins, double bottom) {
    Markup ticks = Markup.none();
    double width = (double) (RIGHT - LEFT) / bins.size();
    int labels = Math.min(LABELS, bins.size());
    for (int i = 0; i < labels; i++) {
      boolean last = i > 0 && i == labels - 1;
      int b = labels == 1 ? 0 : Math.round((float) i * (bins.size() - 1) / (labels - 1));
      ticks.add(
          "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
          last ? RIGHT : LEFT + width * (b + 0.5),
          bottom + 15,
          last ? "end" : "middle",
          text(Bins.value(bins.get(b))));
    }
    return ticks;
  }
}
