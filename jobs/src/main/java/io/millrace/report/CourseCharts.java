package io.millrace.report;

import io.millrace.metrics.EpochMetrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The charts of a run over its epochs. */
final class CourseCharts {
  private static final int FIRST_SHADOW = 5;
  private static final String TAUGHT =
      "<p class=\"about below\">The loss of training holds the teacher's part: the square of the"
          + " temperature times the teacher's entropy and what the network is away from it. It falls"
          + " to that entropy, never to 0.</p>";

  private final ReportData data;

  private CourseCharts(ReportData data) {
    this.data = data;
  }

  static Markup html(ReportData data) {
    return new CourseCharts(data).html();
  }

  private Markup html() {
    return Markup.of("<section><h2>Course</h2><div class=\"charts\">\n")
        .add(losses())
        .add(chart("Accuracy", Unit.PERCENT, accuracy()).lines())
        .add(chart("Learning rate", Unit.NUMBER, rate()).lines())
        .add(
            chart(
                    "Images per second",
                    Unit.NUMBER,
                    line("all workers", 1, EpochMetrics::imagesPerSecond))
                .lines())
        .add(chart("Where the time went, in seconds", Unit.NUMBER, time()).bars())
        .add(
            chart(
                    "Beside it, in seconds of a worker",
                    Unit.NUMBER,
                    perWorker("read", 4),
                    perWorker("decode", 3),
                    perWorker("augment", 2))
                .bars())
        .add("</div>\n")
        .add(data.isTaught() ? TAUGHT : "")
        .add(
            "<p class=\"about below\">Where the time went: a bar is the wall time of an epoch"
                + " without its validation. Compute, waiting for data and serialise are means over the"
                + " workers; schedule, aggregate and broadcast are the driver's; other is what remains,"
                + " such as starting up and waiting for the slowest worker. Beside it: images are read,"
                + " decoded and augmented on threads of their own while the network computes, and cost"
                + " time only where workers wait.</p></section>\n");
  }

  /** With a teacher that of training is of another size, and has a chart of its own. */
  private Markup losses() {
    Series training = line("training", 1, EpochMetrics::trainLoss);
    List<Series> measured = new ArrayList<>();
    measured.add(line(data.validated().split(), 2, EpochMetrics::valLoss));
    measured.addAll(shadows("", "_loss"));
    if (data.isTaught()) {
      return Markup.none()
          .add(chart("Loss", Unit.NUMBER, measured.toArray(Series[]::new)).lines())
          .add(chart("Loss with the teacher's", Unit.NUMBER, training).lines());
    }
    measured.add(0, training);
    return chart("Loss", Unit.NUMBER, measured.toArray(Series[]::new)).lines();
  }

  private Series[] accuracy() {
    List<Series> accuracy = new ArrayList<>();
    accuracy.add(line("top-1", 2, EpochMetrics::valTop1));
    if (data.tellsTop5()) {
      accuracy.add(line("top-5", 3, EpochMetrics::valTop5));
    }
    accuracy.addAll(shadows(" top-1", "_top1"));
    return accuracy.toArray(Series[]::new);
  }

  /** A line for each mean of weights that was evaluated, from where there is one. */
  private List<Series> shadows(String of, String figure) {
    List<Series> lines = new ArrayList<>();
    for (String name : data.course().shadows()) {
      int colour = FIRST_SHADOW + lines.size();
      lines.add(line(name + of, colour, e -> e.figure("shadows." + name + figure)));
    }
    return lines;
  }

  /** First and last update of each epoch, so that a warm-up within one shows. */
  private Series rate() {
    return new Series(
        "by update",
        4,
        values(e -> e.figure("learning_rate_last")),
        values(e -> e.figure("learning_rate_first")));
  }

  /** What an epoch's wall time is made of; what overlaps or was not measured is other. */
  private Series[] time() {
    Series[] parts = {
      perWorker("compute", 1),
      perWorker("waiting", 2),
      perWorker("serialise", 3),
      line("schedule", 4, e -> e.figure("seconds.schedule")),
      line("aggregate", 5, e -> e.figure("seconds.aggregate")),
      line("broadcast", 6, e -> e.figure("seconds.broadcast")),
      line("other", 7, EpochMetrics::wallSeconds)
    };
    double[] other = parts[parts.length - 1].values();
    for (int i = 0; i < other.length; i++) {
      for (int p = 0; p < parts.length - 1; p++) {
        other[i] -= parts[p].values()[i];
      }
      other[i] = Math.max(0, other[i]);
    }
    return parts;
  }

  private Chart chart(String title, Unit unit, Series... series) {
    int[] epochs = data.course().epochs().stream().mapToInt(EpochMetrics::epoch).toArray();
    return new Chart(title, epochs, Arrays.asList(series), unit, data.course().modelEpoch());
  }

  private Series line(String name, int colour, ToDoubleFunction<EpochMetrics> value) {
    return new Series(name, colour, values(value));
  }

  private Series perWorker(String time, int colour) {
    return line(time, colour, e -> e.figure("seconds." + time) / data.course().workers());
  }

  private double[] values(ToDoubleFunction<EpochMetrics> value) {
    return data.course().epochs().stream().mapToDouble(value).toArray();
  }
}
