package io.millrace.report;

import io.millrace.metrics.Figures;
import io.millrace.settings.Counts;
import java.util.ArrayList;
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
   * The table, to be folded; open at first where it is short.
   *
   * @param images images of each class by split, in the order of the splits
   * @param confusion examples by [true class][predicted class]; empty if nothing was evaluated
   * @param split split that was evaluated
   */
  static Markup html(
      List<String> classes, Map<String, List<Long>> images, long[][] confusion, String split) {
    Table table = new Table("").texts("class").figures(images.keySet().toArray(String[]::new));
    if (confusion.length > 0) {
      table.figures("precision on " + split, "recall on " + split, "F1 on " + split);
    }
    for (int k = 0; k < classes.size(); k++) {
      List<String> row = new ArrayList<>(List.of(classes.get(k)));
      for (List<Long> counts : images.values()) {
        row.add(Figures.format("%,d", counts.get(k)));
      }
      if (confusion.length > 0) {
        row.addAll(quality(confusion, k));
      }
      table.row(row);
    }
    return Markup.of(
        "<details class=\"card scroll\"%s><summary>%s</summary>%s</details>\n",
        classes.size() <= OPEN ? " open" : "", Counts.of(classes.size(), "class"), table.html());
  }

  private static List<String> quality(long[][] confusion, int k) {
    double right = confusion[k][k];
    double predicted = 0;
    double there = 0;
    for (int other = 0; other < confusion.length; other++) {
      predicted += confusion[other][k];
      there += confusion[k][other];
    }
    return List.of(
        Figures.percent(right / predicted),
        Figures.percent(right / there),
        Figures.percent(2 * right / (predicted + there)));
  }
}
