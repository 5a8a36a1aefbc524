package io.millrace.report;

import io.millrace.metrics.Figures;
import io.millrace.settings.Counts;
import java.util.List;
import java.util.Map;

/**
 * One row a class: its images in each split, and how well it is told from the others. Of a class k
 * with confusion matrix C by [true][predicted]: precision {@code C_kk / sum_i C_ik}, recall {@code
 * C_kk / sum_j C_kj}, F1 their harmonic mean; a dash where nothing is divided by.
 */
final class ClassTable {
  private static final int OPEN = 20;

  private ClassTable() {}

  /**
   * The table.
   *
   * @param images images of each class by split, in the order of the splits
   * @param confusion examples by [true class][predicted class]; empty if nothing was evaluated
   * @param split split that was evaluated
   */
  static String html(
      List<String> classes, Map<String, List<Long>> images, long[][] confusion, String split) {
    StringBuilder html = new StringBuilder();
    html.append(
        Figures.format(
            "<details class=\"card scroll\"%s><summary>%s</summary><table class=\"plain"
                + " figures\"><tr><th>class</th>",
            classes.size() <= OPEN ? " open" : "", Counts.of(classes.size(), "class")));
    images.keySet().forEach(name -> html.append(head(name)));
    if (confusion.length > 0) {
      for (String name : List.of("precision", "recall", "F1")) {
        html.append(head(name + " on " + split));
      }
    }
    html.append("</tr>\n");
    for (int k = 0; k < classes.size(); k++) {
      html.append("<tr><td>").append(Html.escape(classes.get(k))).append("</td>");
      for (List<Long> counts : images.values()) {
        html.append(cell(Figures.format("%,d", counts.get(k))));
      }
      if (confusion.length > 0) {
        quality(html, confusion, k);
      }
      html.append("</tr>\n");
    }
    return html.append("</table></details>\n").toString();
  }

  private static void quality(StringBuilder html, long[][] confusion, int k) {
    double right = confusion[k][k];
    double predicted = 0;
    double there = 0;
    for (int other = 0; other < confusion.length; other++) {
      predicted += confusion[other][k];
      there += confusion[k][other];
    }
    html.append(cell(Figures.percent(right / predicted)))
        .append(cell(Figures.percent(right / there)))
        .append(cell(Figures.percent(2 * right / (predicted + there))));
  }

  private static String head(String name) {
    return "<th class=\"n\">" + Html.escape(name) + "</th>";
  }

  private static String cell(String figure) {
    return "<td class=\"n\">" + figure + "</td>";
  }
}
