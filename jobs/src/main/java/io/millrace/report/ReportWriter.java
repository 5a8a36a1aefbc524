package io.millrace.report;

import io.millrace.evaluate.EvaluationFile;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Writes report.html: one file that holds its style, charts and pictures and asks no network for
 * anything. Runs on the driver.
 */
public final class ReportWriter {
  private final ReportData data;
  private final Markup html = Markup.none();

  private ReportWriter(ReportData data) {
    this.data = data;
  }

  /** Writes the report of a run into its folder. */
  public static void write(RunFolder folder, ReportData data) throws IOException {
    folder.write(RunFolder.REPORT, html(data));
  }

  /**
   * Shows the evaluations that lie in a run's folder in the report that was written before.
   *
   * @return the path of the report; empty if there is none
   */
  public static Optional<String> showEvaluations(RunFolder folder) throws IOException {
    Optional<String> page = folder.text(RunFolder.REPORT);
    if (page.isEmpty()) {
      return Optional.empty();
    }
    String shown = EvaluationSection.replace(page.get(), EvaluationFile.of(folder));
    if (!shown.equals(page.get())) {
      folder.write(RunFolder.REPORT, shown);
    }
    return Optional.of(folder.path(RunFolder.REPORT));
  }

  static String html(ReportData data) {
    return new ReportWriter(data).page();
  }

  private String page() {
    html.add(
        data.job().goesOn()
            ? Page.head(data.name(), LivePage.RELOAD_SECONDS)
            : Page.head(data.name()));
    html.add(ReportHead.html(data));
    html.add(KeyNumbers.html(data));
    html.add(CourseCharts.html(data));
    html.add(DiagnosticsSection.html(data.diagnosed()));
    validation();
    html.add(EvaluationSection.html(data.evaluations()));
    data();
    pictures(
        "Training images",
        "As the network saw them in the first epoch, after augmentation.",
        data.augmented(),
        Markup.none());
    html.add(Page.text("Plan", data.texts().plan(), true))
        .add(Page.text("Config", data.texts().config(), false))
        .add(Page.text("Manifest", data.job().manifest().toJson(), false));
    return html.add(Page.foot()).toString();
  }

  private void validation() {
    var validated = data.validated();
    List<String> classes = data.data().classes();
    if (validated.confusion().length > 0) {
      html.add(
          "<section><h2>Confusion on %s</h2>\n%s%s</section>\n",
          validated.split(),
          ConfusionTable.html(validated.confusion(), classes),
          Markup.of(
              "<div class=\"charts below\">%s</div>\n",
              ReliabilityChart.html(validated.calibration())));
    }
    pictures(
        "Worst mistakes",
        "The wrong predictions of largest loss: the predicted class and how sure the network was, then"
            + " the true class.",
        validated.pictures(),
        MistakeTable.html(validated.worst()));
  }

  private void data() {
    var validated = data.validated();
    html.add("<section><h2>Data</h2>\n<div class=\"card\">")
        .add(DataSection.html(data.data()))
        .add("</div>\n")
        .add(
            ClassTable.html(
                data.data().classes(),
                DataSection.imagesByClass(data.data()),
                validated.confusion(),
                validated.split()))
        .add("</section>\n");
  }

  private void pictures(String title, String about, List<Thumbnail> pictures, Markup table) {
    if (pictures.isEmpty()) {
      return;
    }
    html.add(
        "<section><h2>%s</h2><p class=\"about\">%s</p><div class=\"card pictures\">\n",
        title, about);
    for (Thumbnail picture : pictures) {
      html.add(picture.html());
    }
    html.add("</div>\n").add(table).add("</section>\n");
  }
}
