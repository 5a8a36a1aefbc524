package io.millrace.report;

import io.millrace.evaluate.EvaluationFile;
import io.millrace.metrics.Figures;
import io.millrace.metrics.Secrets;
import io.millrace.settings.Counts;
import java.util.List;
import java.util.Map;

/**
 * How well a run's model.zip does on other splits and sets: a page's part that is made of the
 * evaluation files alone, so that it can be put anew into a page that was written before.
 */
final class EvaluationSection {
  private static final String BEGIN = "<!-- evaluations -->\n";
  private static final String END = "<!-- /evaluations -->\n";

  private EvaluationSection() {}

  /** The section between its marks. */
  static Markup html(List<EvaluationFile> evaluations) {
    Markup html = Markup.of(BEGIN);
    for (EvaluationFile each : evaluations) {
      html.add(one(each));
    }
    return html.add(END);
  }

  /** The page with other evaluations; the same page if it has no place for them. */
  static String replace(String page, List<EvaluationFile> evaluations) {
    int begin = page.indexOf(BEGIN);
    int end = page.indexOf(END);
    return begin < 0 || end < begin
        ? page
        : page.substring(0, begin) + html(evaluations) + page.substring(end + END.length());
  }

  private static Markup one(EvaluationFile e) {
    String top5 = e.classes().size() > 5 ? ", top-5 " + Figures.percent(e.top5()) : "";
    return Markup.of("<section><h2>Evaluation on %s</h2>\n<div class=\"card\">", e.split())
        .add(
            new Facts()
                .add(
                    "top-1",
                    Figures.percent(e.top1()) + top5 + ", loss " + Figures.number(e.loss()))
                .add("calibration", ReliabilityChart.words(e.calibration()))
                .add("images", Counts.of(e.examples(), "image") + " of " + Secrets.hidden(e.data()))
                .add("evaluated", e.evaluatedAt().replace("T", " ").replace("Z", " UTC"))
                .html())
        .add("</div>\n")
        .add(ClassTable.html(e.classes(), Map.of(), e.confusion(), e.split()))
        .add(chart(e))
        .add(ConfusionTable.folded(e.confusion(), e.classes()))
        .add(MistakeTable.html(e.worst()))
        .add("</section>\n");
  }

  private static Markup chart(EvaluationFile e) {
    return e.calibration() == null
        ? Markup.none()
        : Markup.of(
            "<div class=\"charts below\">%s</div>\n", ReliabilityChart.html(e.calibration()));
  }
}
