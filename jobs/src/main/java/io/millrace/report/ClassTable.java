package io.millrace.report;

import io.millrace.evaluate.ClassQuality;
import io.millrace.metrics.Figures;
import io.millrace.settings.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One row a class: its images in each split, and how well it is told from the others, as {@link
 * ClassQuality} says; a dash where nothing is divided by.
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
    List<ClassQuality> quality = ClassQuality.of(classes, confusion);
    if (!quality.isEmpty()) {
      table.figures("precision on " + split, "recall on " + split, "F1 on " + split, "support");
    }
    for (int k = 0; k < classes.size(); k++) {
      List<String> row = new ArrayList<>(List.of(classes.get(k)));
      for (List<Long> counts : images.values()) {
        row.add(Figures.format("%,d", counts.get(k)));
      }
      if (!quality.isEmpty()) {
        row.addAll(cells(quality.get(k)));
      }
      table.row(row);
    }
    return Markup.of(
        "<details class=\"card scroll\"%s><summary>%s</summary>%s</details>\n",
        classes.size() <= OPEN ? " open" : "", Counts.of(classes.size(), "class"), table.html());
  }

  private static List<String> cells(ClassQuality of) {
    return List.of(
        percent(of.precision()),
        percent(of.recall()),
        percent(of.f1()),
        Figures.format("%,d", of.support()));
  }

  private static String percent(Double share) {
    return Figures.percent(share == null ? Double.NaN : share);
  }
}
