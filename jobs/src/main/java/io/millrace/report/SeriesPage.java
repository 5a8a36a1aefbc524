package io.millrace.report;

import io.millrace.metrics.Secrets;
import java.util.List;
import java.util.Map;

/**
 * The page of a series: what each change gave, as a chart and a table, and what became of each run.
 *
 * @param name of the series
 * @param facts what ran and when, in the order of the page
 * @param notices what a person should know before the numbers
 * @param tiles the numbers at its head
 * @param rows the changes in their order, for the chart
 * @param table the same as a table, its head first
 * @param about how to read it
 * @param runs each run
 * @param changes what each change sets, as text
 */
public record SeriesPage(
    String name,
    Map<String, String> facts,
    List<String> notices,
    List<Tile> tiles,
    List<Row> rows,
    List<List<String>> table,
    String about,
    List<Run> runs,
    String changes) {
  /**
   * A change.
   *
   * @param name of it
   * @param words its numbers
   * @param top1 of each of its runs that is done
   */
  public record Row(String name, String words, double[] top1) {}

  /**
   * A run.
   *
   * @param name of its folder
   * @param state in a word
   * @param words more about it
   * @param hasReport whether it has a page of its own
   */
  public record Run(String name, String state, String words, boolean hasReport) {
    private Markup html() {
      Markup link =
          hasReport
              ? Markup.of("<a href=\"%s/report.html\">%s</a>", name, name)
              : Markup.of("%s", name);
      return Markup.of("<tr><td>%s</td><td>%s</td><td>%s</td></tr>\n", link, state, words);
    }
  }

  /** The page as one file. */
  public String html() {
    Facts head = new Facts();
    facts.forEach((fact, text) -> head.add(fact, Secrets.hidden(text)));
    List<DotPlot.Row> dots =
        rows.stream().map(row -> new DotPlot.Row(row.name(), row.words(), row.top1())).toList();
    return Page.head(name + ", series")
        .add("<header><p class=\"brand\">Millrace series</p><h1>%s</h1>", name)
        .add(head.html())
        .add(notices.stream().map(each -> Markup.of("<p class=\"notice\">%s</p>", each)).toList())
        .add("</header>\n<dl class=\"numbers\">")
        .add(tiles.stream().map(Tile::html).toList())
        .add("</dl>\n<section><h2>What each change gave</h2><div class=\"charts wide\">\n")
        .add(new DotPlot("Top-1 after the last epoch", dots).html())
        .add("</div>\n<div class=\"card scroll rows below\">")
        .add(figures())
        .add("</div>\n<p class=\"about below\">%s</p></section>\n", about)
        .add("<section><h2>Runs</h2>\n<div class=\"card scroll rows\"><table class=\"plain\">")
        .add("<tr><th>run</th><th>state</th><th></th></tr>\n")
        .add(runs.stream().map(Run::html).toList())
        .add("</table></div></section>\n")
        .add(Page.text("Changes", changes, true))
        .add(Page.foot())
        .toString();
  }

  private Markup figures() {
    Table html = new Table("");
    List<String> heads = table.get(0);
    html.texts(heads.get(0)).figures(heads.subList(1, 4).toArray(String[]::new));
    html.texts(heads.subList(4, 6).toArray(String[]::new));
    html.figures(heads.subList(6, heads.size()).toArray(String[]::new));
    table.subList(1, table.size()).forEach(html::row);
    return html.html();
  }
}
