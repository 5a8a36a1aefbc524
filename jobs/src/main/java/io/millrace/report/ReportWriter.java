package io.millrace.report;

import io.millrace.metrics.EpochMetrics;
import io.millrace.metrics.Figures;
import io.millrace.metrics.TimeSplit;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Writes report.html: one file that holds its style, charts and pictures and asks no network for
 * anything. Runs on the driver.
 */
public final class ReportWriter {
  private final ReportData data;
  private final StringBuilder html = new StringBuilder(1 << 16);

  private ReportWriter(ReportData data) {
    this.data = data;
  }

  /** Writes the report of a run into its folder. */
  public static void write(RunFolder folder, ReportData data) throws IOException {
    folder.write(RunFolder.REPORT, html(data));
  }

  static String html(ReportData data) {
    return new ReportWriter(data).page();
  }

  private String page() {
    head();
    html.append(KeyNumbers.html(data));
    charts();
    classes();
    confusion();
    pictures(
        "Worst mistakes",
        "The wrong predictions of largest loss: predicted class, then the true one.",
        data.mistakes());
    pictures(
        "Training images",
        "As the network saw them in the first epoch, after augmentation.",
        data.augmented());
    text("Plan", data.plan(), true);
    text("Config", data.config(), false);
    text("Manifest", data.manifest(), false);
    return html.append("</main></body></html>\n").toString();
  }

  private void head() {
    String name = Html.escape(data.name());
    html.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
        .append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")
        .append("<meta name=\"color-scheme\" content=\"light dark\">")
        .append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';")
        .append(" style-src 'unsafe-inline'; img-src data:\">")
        .append("<title>")
        .append(name)
        .append(" – Millrace</title>\n<style>\n")
        .append(resource("report.css"))
        .append("</style></head>\n<body><main>\n<header><p class=\"brand\">Millrace run</p><h1>")
        .append(name)
        .append("</h1>");
    if (data.evaluatedSplit().equals("test")) {
      html.append("<p class=\"notice\">Validated on the test split, as the config says: these")
          .append(" numbers chose the run and do not tell how it does on unseen images.</p>");
    }
    html.append("</header>\n");
  }

  private void charts() {
    html.append("<section><h2>Course</h2><div class=\"charts\">\n");
    html.append(
        chart(
                "Loss",
                Unit.NUMBER,
                line("training", 1, EpochMetrics::trainLoss),
                line(data.evaluatedSplit(), 2, EpochMetrics::valLoss))
            .lines());
    Series top1 = line("top-1", 2, EpochMetrics::valTop1);
    Series[] accuracy =
        data.tellsTop5()
            ? new Series[] {top1, line("top-5", 3, EpochMetrics::valTop5)}
            : new Series[] {top1};
    html.append(chart("Accuracy", Unit.PERCENT, accuracy).lines());
    html.append(
        chart("Learning rate", Unit.NUMBER, line("last update", 4, EpochMetrics::learningRateLast))
            .lines());
    html.append(
        chart(
                "Images per second",
                Unit.NUMBER,
                line("all workers", 1, EpochMetrics::imagesPerSecond))
            .lines());
    html.append(chart("Where the time went, in seconds", Unit.NUMBER, time()).bars());
    html.append(
        chart(
                "In the background, in seconds of a worker",
                Unit.NUMBER,
                perWorker("read", 4, TimeSplit::read),
                perWorker("decode", 3, TimeSplit::decode),
                perWorker("augment", 2, TimeSplit::augment))
            .bars());
    html.append("</div></section>\n");
  }

  /** What an epoch's wall time is made of; what overlaps or was not measured is other. */
  private Series[] time() {
    Series[] parts = {
      perWorker("compute", 1, TimeSplit::compute),
      perWorker("waiting", 2, TimeSplit::waiting),
      perWorker("serialise", 3, TimeSplit::serialise),
      line("schedule", 4, e -> e.seconds().schedule()),
      line("aggregate", 5, e -> e.seconds().aggregate()),
      line("broadcast", 6, e -> e.seconds().broadcast()),
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

  private void classes() {
    if (!data.images().isEmpty()) {
      html.append("<section><h2>Classes</h2>\n")
          .append(
              ClassTable.html(
                  data.classes(), data.images(), data.confusion(), data.evaluatedSplit()))
          .append("</section>\n");
    }
  }

  private void confusion() {
    if (data.confusion().length > 0) {
      html.append(
          Figures.format(
              "<section><h2>Confusion on %s</h2>\n", Html.escape(data.evaluatedSplit())));
      html.append(ConfusionTable.html(data.confusion(), data.classes())).append("</section>\n");
    }
  }

  private void pictures(String title, String about, List<Thumbnail> pictures) {
    if (pictures.isEmpty()) {
      return;
    }
    html.append(
        Figures.format(
            "<section><h2>%s</h2><p class=\"about\">%s</p><div class=\"card pictures\">\n",
            title, about));
    for (Thumbnail picture : pictures) {
      String caption = Html.escape(picture.caption());
      String note = Html.escape(picture.note());
      html.append(
          Figures.format(
              "<figure><img src=\"data:image/png;base64,%s\" alt=\"%s %s\"><figcaption>%s"
                  + "<small>%s</small></figcaption></figure>\n",
              Base64.getEncoder().encodeToString(picture.png()), caption, note, caption, note));
    }
    html.append("</div></section>\n");
  }

  private void text(String title, String text, boolean open) {
    if (!text.isBlank()) {
      html.append(
          Figures.format(
              "<section><details class=\"card\"%s><summary><h2>%s</h2></summary><pre>%s</pre>"
                  + "</details></section>\n",
              open ? " open" : "", title, Html.escape(text.strip())));
    }
  }

  private Chart chart(String title, Unit unit, Series... series) {
    int[] epochs = data.epochs().stream().mapToInt(EpochMetrics::epoch).toArray();
    return new Chart(title, epochs, Arrays.asList(series), unit, data.modelEpoch());
  }

  private Series line(String name, int colour, ToDoubleFunction<EpochMetrics> value) {
    return new Series(name, colour, data.epochs().stream().mapToDouble(value).toArray());
  }

  private Series perWorker(String name, int colour, ToDoubleFunction<TimeSplit> value) {
    return line(name, colour, e -> value.applyAsDouble(e.seconds()) / data.workers());
  }

  private static String resource(String name) {
    try (InputStream in = ReportWriter.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("Cannot read " + name + ": " + e.getMessage(), e);
    }
  }
}
