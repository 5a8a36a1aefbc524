package io.millrace.report;

import java.util.ArrayList;
import java.util.List;

/** A table in which every text is escaped; columns of figures stand to the right. */
final class Table {
  private record Column(String head, boolean figures) {}

  private final String caption;
  private final List<Column> columns = new ArrayList<>();
  private final StringBuilder rows = new StringBuilder();

  /** A table with a line above it; none for an empty one. */
  Table(String caption) {
    this.caption = caption;
  }

  /** Adds columns of text. */
  Table texts(String... heads) {
    return columns(false, heads);
  }

  /** Adds columns of figures. */
  Table figures(String... heads) {
    return columns(true, heads);
  }

  private Table columns(boolean figures, String... heads) {
    for (String head : heads) {
      columns.add(new Column(head, figures));
    }
    return this;
  }

  /** Adds a row, one cell a column. */
  void row(List<String> cells) {
    rows.append("<tr>");
    for (int i = 0; i < columns.size(); i++) {
      rows.append(columns.get(i).figures() ? "<td class=\"n\">" : "<td>")
          .append(Html.escape(cells.get(i)))
          .append("</td>");
    }
    rows.append("</tr>\n");
  }

  String html() {
    StringBuilder html = new StringBuilder("<table class=\"plain\">");
    if (!caption.isEmpty()) {
      html.append("<caption>").append(Html.escape(caption)).append("</caption>");
    }
    html.append("<tr>");
    for (Column column : columns) {
      html.append(column.figures() ? "<th class=\"n\">" : "<th>")
          .append(Html.escape(column.head()))
          .append("</th>");
    }
    return html.append("</tr>\n").append(rows).append("</table>").toString();
  }
}
