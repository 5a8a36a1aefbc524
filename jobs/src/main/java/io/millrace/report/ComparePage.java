package io.millrace.report;

import io.millrace.metrics.EpochMetrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The page of several runs: their figures, what differs in their settings, and their curves over
 * each other.
 *
 * @param notices what a person should know before the numbers
 * @param table their figures, heads first; the first column is the run
 * @param settings values of each key that differs, one a run
 * @param courses their epochs
 */
public record ComparePage(
    List<String> notices,
    List<List<String>> table,
    Map<String, List<String>> settings,
    List<Course> courses) {
  private static final int COLOURS = 6;

  /**
   * The epochs of a run.
   *
   * @param name of it
   * @param epochs those that are done
   */
  public record Course(String name, List<EpochMetrics> epochs) {}

  /** The page as one file. */
  public String html() {
    List<String> names = courses.stream().map(Course::name).toList();
    return Page.head(String.join(", ", names) + ", compared")
        .add("<header><p class=\"brand\">Millrace runs</p><h1>%s</h1>", String.join(", ", names))
        .add(notices.stream().map(each -> Markup.of("<p class=\"notice\">%s</p>", each)).toList())
        .add("</header>\n<section><h2>Figures</h2>\n<div class=\"card scroll rows\">")
        .add(figures())
        .add(
            "</div>\n<p class=\"about below\">Images/s leave out the first round after a start.</p>")
        .add("</section>\n<section><h2>Course</h2><div class=\"charts\">\n")
        .add(chart("Training loss", Unit.NUMBER, EpochMetrics::trainLoss))
        .add(chart("Validation loss", Unit.NUMBER, EpochMetrics::valLoss))
        .add(chart("Top-1", Unit.PERCENT, EpochMetrics::valTop1))
        .add(chart("Learning rate", Unit.NUMBER, each -> each.figure("learning_rate_last")))
        .add(chart("Images per second", Unit.NUMBER, EpochMetrics::imagesPerSecond))
        .add(chart("Seconds of an epoch", Unit.NUMBER, EpochMetrics::wallSeconds))
        .add("</div></section>\n<section><h2>Settings that differ</h2>\n")
        .add(differences(names))
        .add("</section>\n")
        .add(Page.foot())
        .toString();
  }

  private Markup figures() {
    Table html = new Table("");
    List<String> heads = table.get(0);
    html.texts(heads.get(0)).figures(heads.subList(1, heads.size()).toArray(String[]::new));
    table.subList(1, table.size()).forEach(html::row);
    return html.html();
  }

  private Markup differences(List<String> names) {
    if (settings.isEmpty()) {
      return Markup.of("<p class=\"about\">None: all have the same config.</p>");
    }
    Table html = new Table("");
    html.texts("key").texts(names.toArray(String[]::new));
    settings.forEach(
        (key, values) -> {
          List<String> row = new ArrayList<>(List.of(key));
          row.addAll(values);
          html.row(row);
        });
    return Markup.of("<div class=\"card scroll rows\">%s</div>", html.html());
  }

  /** One line a run, up to its own last epoch, over all epochs that any of them has. */
  private Markup chart(String title, Unit unit, ToDoubleFunction<EpochMetrics> value) {
    int[] epochs =
        courses.stream()
            .flatMap(course -> course.epochs().stream())
            .mapToInt(EpochMetrics::epoch)
            .distinct()
            .sorted()
            .toArray();
    List<Series> lines = new ArrayList<>();
    for (Course course : courses) {
      int last = course.epochs().get(course.epochs().size() - 1).epoch();
      double[] values = new double[1 + Arrays.binarySearch(epochs, last)];
      Arrays.fill(values, Double.NaN);
      for (EpochMetrics each : course.epochs()) {
        values[Arrays.binarySearch(epochs, each.epoch())] = value.applyAsDouble(each);
      }
      lines.add(new Series(course.name(), 1 + lines.size() % COLOURS, values));
    }
    boolean measured =
        lines.stream()
            .flatMapToDouble(each -> Arrays.stream(each.values()))
            .anyMatch(Double::isFinite);
    return measured ? new Chart(title, epochs, lines, unit, -1).lines() : Markup.none();
  }
}
