package io.millrace.report;

import io.millrace.evaluate.NamedMistake;
import io.millrace.metrics.Figures;
import java.util.List;

/** Wrong predictions with the row of the source that each image came from. */
final class MistakeTable {
  private MistakeTable() {}

  /** The table, folded; nothing where there is no mistake. */
  static Markup html(List<NamedMistake> worst) {
    if (worst.isEmpty()) {
      return Markup.none();
    }
    boolean told = worst.stream().anyMatch(wrong -> wrong.file() != null);
    Table table = new Table("").texts("true class", "predicted").figures("confidence", "loss");
    if (told) {
      table.texts("file in the source").figures("row");
    }
    for (NamedMistake wrong : worst) {
      table.row(
          List.of(
              wrong.label(),
              wrong.predicted(),
              Figures.percent(wrong.confidence()),
              Figures.number(wrong.loss()),
              wrong.file() == null ? "" : wrong.file(),
              wrong.row() == null ? "" : Figures.format("%d", wrong.row())));
    }
    return Markup.of(
        "<details class=\"card scroll\"><summary>%s</summary>%s</details>\n",
        told ? "Where they lie in the source" : "How sure the network was", table.html());
  }
}
