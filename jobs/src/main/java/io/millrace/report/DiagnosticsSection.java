package io.millrace.report;

import io.millrace.diagnostics.DiagnosedEpoch;
import io.millrace.diagnostics.Diagnostic;
import io.millrace.diagnostics.Drawn;
import io.millrace.diagnostics.Warning;
import io.millrace.metrics.Figures;
import io.millrace.settings.Counts;
import io.millrace.settings.Names;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a person looks at: warnings in words, then each diagnostic by layer and epoch, histograms,
 * filters and activation maps.
 */
final class DiagnosticsSection {
  private static final int LINES = 3;

  private final Diagnosed data;
  private final List<DiagnosedEpoch> epochs;

  private DiagnosticsSection(Diagnosed data) {
    this.data = data;
    this.epochs = data.epochs();
  }

  /** The section; nothing where nothing was measured. */
  static Markup html(Diagnosed data) {
    return data.epochs().isEmpty() ? Markup.none() : new DiagnosticsSection(data).section();
  }

  private Markup section() {
    Markup charts = Markup.none();
    Markup histograms = Markup.none();
    for (Diagnostic kind : data.kinds()) {
      if (kind.drawn() == Drawn.HISTOGRAM) {
        histograms.add(histogram(kind));
      } else {
        charts.add(charts(kind));
      }
    }
    return Markup.of("<section><h2>Diagnostics</h2>\n")
        .add(warnings())
        .add("<p class=\"about below\">%s</p>\n<div class=\"charts\">\n", about())
        .add(charts)
        .add(histograms)
        .add("</div>\n")
        .add(pictures("Filters of the first convolution", "small", List.of(data.filters())))
        .add(
            pictures(
                "Activation maps: means over the channels of layers from first to last",
                "maps",
                data.maps()))
        .add("</section>\n");
  }

  /** Each kind once, with the epochs that it was seen in, and the worst that was found. */
  private Markup warnings() {
    Map<String, Integer> worst = new LinkedHashMap<>();
    Map<String, Warning> shown = new LinkedHashMap<>();
    Map<String, List<Integer>> seen = new LinkedHashMap<>();
    for (DiagnosedEpoch epoch : epochs) {
      for (Warning each : epoch.warnings()) {
        seen.computeIfAbsent(each.kind(), any -> new ArrayList<>()).add(epoch.epoch());
        Warning before = shown.get(each.kind());
        if (before == null || each.times() >= before.times()) {
          shown.put(each.kind(), each);
          worst.put(each.kind(), epoch.epoch());
        }
      }
    }
    if (shown.isEmpty()) {
      return Markup.none().add("<p class=\"fine\">%s</p>\n", fine());
    }
    Markup all = Markup.none();
    shown.forEach(
        (kind, each) ->
            all.add(
                "<p class=\"notice\"><b>%s</b> (%s): %s %s</p>\n",
                kind.substring(0, 1).toUpperCase(Locale.ROOT) + kind.substring(1),
                words(seen.get(kind), worst.get(kind), each.times() > 0),
                each.found(),
                each.advice()));
    return all;
  }

  /** What no warning says of those kinds that found something to measure. */
  private String fine() {
    Map<Boolean, List<Diagnostic>> found =
        data.kinds().stream()
            .collect(
                Collectors.partitioningBy(
                    kind -> epochs.stream().anyMatch(each -> !each.of(name(kind)).isEmpty())));
    List<String> fine = found.get(true).stream().flatMap(each -> each.fine().stream()).toList();
    List<String> none = found.get(false).stream().map(Diagnostic::title).toList();
    return "No warnings: "
        + (fine.isEmpty() ? "nothing was measured that calls for one" : String.join(", ", fine))
        + "."
        + (none.isEmpty() ? "" : " Nothing to measure: " + String.join(", ", none) + ".");
  }

  private static String words(List<Integer> epochs, int shown, boolean isWorst) {
    int first = epochs.get(0);
    int last = epochs.get(epochs.size() - 1);
    if (first == last) {
      return "epoch " + first;
    }
    return (epochs.size() == last - first + 1
            ? "epochs %d to %d".formatted(first, last)
            : "%d epochs from %d to %d".formatted(epochs.size(), first, last))
        + (isWorst ? ", worst in epoch " : ", words of epoch ")
        + shown;
  }

  private String about() {
    DiagnosedEpoch last = epochs.get(epochs.size() - 1);
    double share = epochs.stream().mapToDouble(DiagnosedEpoch::share).average().orElse(0);
    return "%s: %s in the last epoch. %s It all took %s of the training time."
        .formatted(
            data.measured(),
            Counts.of(last.updates(), "update"),
            data.sample(),
            Figures.percent(share));
  }

  private Markup charts(Diagnostic kind) {
    List<DiagnosedEpoch> measured =
        epochs.stream().filter(each -> !each.of(name(kind)).isEmpty()).toList();
    Markup charts = Markup.none();
    for (String figure : figures(kind, measured)) {
      charts.add(heatMap(kind, figure, measured));
    }
    return charts;
  }

  /** The first figures of the first layer. */
  private static List<String> figures(Diagnostic kind, List<DiagnosedEpoch> measured) {
    if (measured.isEmpty()) {
      return List.of();
    }
    List<String> all =
        new ArrayList<>(measured.get(0).of(name(kind)).values().iterator().next().keySet());
    return all.subList(0, Math.min(kind.charts(), all.size()));
  }

  private Markup heatMap(Diagnostic kind, String figure, List<DiagnosedEpoch> measured) {
    List<String> rows = rows(measured, name(kind));
    int[] numbers = measured.stream().mapToInt(DiagnosedEpoch::epoch).toArray();
    double[][] values = new double[rows.size()][numbers.length];
    for (int r = 0; r < rows.size(); r++) {
      for (int e = 0; e < numbers.length; e++) {
        Map<String, Double> figures =
            measured.get(e).of(name(kind)).getOrDefault(rows.get(r), Map.of());
        values[r][e] = drawn(kind, figures.get(figure));
      }
    }
    String title =
        kind.charts() == 1 ? kind.title() : kind.title() + ": " + figure.replace('_', ' ');
    List<String> labels = rows.stream().map(each -> each.replaceAll("\\.W$", "")).toList();
    double[] scale =
        kind.drawn() == Drawn.SHARE ? new double[] {0, 1} : new double[] {Double.NaN, Double.NaN};
    Unit unit = unit(kind);
    return new HeatMap(title, labels, numbers, values, unit, scale)
        .html()
        .add(new Chart(title, numbers, lines(labels, values), unit, 0).lines());
  }

  /** Weights where there are any, else all layers. */
  private List<String> rows(List<DiagnosedEpoch> measured, String name) {
    Set<String> found = new LinkedHashSet<>();
    measured.forEach(each -> found.addAll(each.of(name).keySet()));
    List<String> weights = data.weights().stream().filter(found::contains).toList();
    return weights.isEmpty() ? List.copyOf(found) : weights;
  }

  /** The first layer, the one in the middle, and the last. */
  private static List<Series> lines(List<String> rows, double[][] values) {
    List<Series> lines = new ArrayList<>();
    int many = Math.min(LINES, rows.size());
    for (int i = 0; i < many; i++) {
      int r = many == 1 ? 0 : i * (rows.size() - 1) / (many - 1);
      lines.add(new Series(rows.get(r), i + 1, values[r]));
    }
    return lines;
  }

  private static double drawn(Diagnostic kind, Double value) {
    if (value == null) {
      return Double.NaN;
    }
    return kind.drawn() == Drawn.LOGARITHM ? Math.log10(value) : value;
  }

  private static Unit unit(Diagnostic kind) {
    return switch (kind.drawn()) {
      case LOGARITHM -> Unit.POWER;
      case SHARE -> Unit.PERCENT;
      default -> Unit.NUMBER;
    };
  }

  private Markup histogram(Diagnostic kind) {
    for (int e = epochs.size() - 1; e >= 0; e--) {
      Map<String, Map<String, Double>> counts = epochs.get(e).of(name(kind));
      if (!counts.isEmpty()) {
        Map<String, Map<String, Double>> named = new LinkedHashMap<>();
        counts.forEach((layer, bins) -> named.put(layer.replaceAll("\\.W$", ""), bins));
        return new HistogramRows(
                "%s, epoch %d".formatted(kind.title(), epochs.get(e).epoch()), named)
            .html();
      }
    }
    return Markup.none();
  }

  /** Rows of pictures on one card; nothing where there are none. */
  private static Markup pictures(String title, String form, List<List<Thumbnail>> rows) {
    Markup html = Markup.none();
    for (List<Thumbnail> row : rows) {
      if (!row.isEmpty()) {
        html.add("<div class=\"pictures %s\">\n", form)
            .add(row.stream().map(Thumbnail::html).toList())
            .add("</div>\n");
      }
    }
    return html.isEmpty()
        ? html
        : Markup.of("<h3 class=\"above\">%s</h3><div class=\"card\">\n%s</div>\n", title, html);
  }

  private static String name(Diagnostic kind) {
    return Names.of(kind.getClass());
  }
}
