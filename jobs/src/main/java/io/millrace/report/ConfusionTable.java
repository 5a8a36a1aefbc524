package io.millrace.report;

import io.millrace.evaluate.ConfusedPair;
import io.millrace.metrics.Figures;
import java.util.List;

/** Which class was taken for which: a matrix for few classes, else the pairs most confused. */
final class ConfusionTable {
  private static final int MATRIX_CLASSES = 20;
  private static final int FEW = 8;

  private ConfusionTable() {}

  static Markup html(long[][] confusion, List<String> classes) {
    return Markup.of("<div class=\"card scroll\">%s</div>\n", table(confusion, classes));
  }

  /** The same, folded. */
  static Markup folded(long[][] confusion, List<String> classes) {
    return Markup.of(
        "<details class=\"card scroll\"><summary>Confusion</summary>%s</details>\n",
        table(confusion, classes));
  }

  private static Markup table(long[][] confusion, List<String> classes) {
    return classes.size() <= MATRIX_CLASSES
        ? matrix(confusion, classes)
        : pairs(confusion, classes);
  }

  private static Markup matrix(long[][] confusion, List<String> classes) {
    Markup html =
        Markup.of(
            "<table class=\"matrix%s\"><caption>Rows are the true classes, columns the predicted ones; shade is the share of the row.</caption><tr><td></td>",
            classes.size() <= FEW ? " few" : "");
    for (String name : classes) {
      html.add("<th scope=\"col\"><span>%s</span></th>", name);
    }
    html.add("<th scope=\"col\" class=\"right\"><span>right</span></th></tr>\n");
    for (int row = 0; row < classes.size(); row++) {
      long sum = sum(confusion[row]);
      html.add("<tr><th scope=\"row\">%s</th>", classes.get(row));
      for (int column = 0; column < classes.size(); column++) {
        html.add(cell(confusion[row][column], sum, row == column));
      }
      double right = sum == 0 ? Double.NaN : (double) confusion[row][row] / sum;
      html.add(
          "<td class=\"right\">%s</td></tr>\n",
          Double.isNaN(right) ? "–" : Figures.format("%.1f %%", 100 * right));
    }
    return html.add("</table>");
  }

  private static Markup cell(long count, long sum, boolean right) {
    double share = sum == 0 ? 0 : (double) count / sum;
    // Errors are few: their shade grows with the root, so that 1 % still shows.
    double shade = right ? share : Math.sqrt(share);
    return Markup.of(
        "<td class=\"%s%s\" style=\"--v:%.0f%%\">%s</td>",
        right ? "hit" : "miss", shade > 0.6 ? " deep" : "", 100 * shade, count == 0 ? "" : count);
  }

  private static Markup pairs(long[][] confusion, List<String> classes) {
    Table table =
        new Table("The classes most often confused.")
            .texts("true class", "taken for")
            .figures("examples", "share of the class");
    for (ConfusedPair pair : ConfusedPair.worst(classes, confusion)) {
      table.row(
          List.of(
              pair.label(),
              pair.predicted(),
              Figures.format("%,d", pair.examples()),
              Figures.percent(pair.share())));
    }
    return table.html();
  }

  private static long sum(long[] row) {
    long sum = 0;
    for (long count : row) {
      sum += count;
    }
    return sum;
  }
}
