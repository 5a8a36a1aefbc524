package io.millrace.report;

import java.util.ArrayList;
import java.util.List;

/** A table of texts; columns of figures stand to the right. */
final class Table {
  private record Column(String head, boolean figures) {}

  private final String caption;
  private final List<Column> columns = new ArrayList<>();
  private final Markup rows = Markup.none();

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
    rows.add("<tr>");
    for (int i = 0; i < columns.size(); i++) {
      rows.add(columns.get(i).figures() ? "<td class=\"n\">%s</td>" : "<td>%s</td>", cells.get(i));
    }
    rows.add("</tr>\n");
  }

  Markup html() {
    Markup html = Markup.of("<table class=\"plain\">");
    if (!caption.isEmpty()) {
      html.add("<caption>%s</caption>", caption);
    }
    html.add("<tr>");
    for (Column column : columns) {
      html.add(column.figures() ? "<th class=\"n\">%s</th>" : "<th>%s</th>", column.head());
    }
    return html.add("</tr>\n").add(rows).add("</table>");
  }
}
