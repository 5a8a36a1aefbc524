package io.millrace.report;

import io.millrace.metrics.Secrets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * The page of a preview: pictures in grids.
 *
 * @param name of the run whose config is shown
 * @param facts what is shown, in the order of the page
 * @param notices what a person should know first
 * @param grids the pictures
 * @param config the resolved config
 */
public record PreviewPage(
    String name, Map<String, String> facts, List<String> notices, List<Grid> grids, String config) {
  /**
   * Rows of pictures under each other.
   *
   * @param title what it shows
   * @param about the same in a sentence
   * @param heads what each column is
   * @param rows the rows, each with a picture a column
   */
  public record Grid(String title, String about, List<String> heads, List<Row> rows) {
    private Markup html() {
      Markup html =
          Markup.of(
              "<section><h2>%s</h2><p class=\"about\">%s</p>\n"
                  + "<div class=\"card steps\" style=\"--n:%d\"><div class=\"row heads\">",
              title, about, heads.size());
      heads.forEach(head -> html.add("<span>%s</span>", head));
      return html.add("</div>\n")
          .add(rows.stream().map(Row::html).toList())
          .add("</div></section>\n");
    }
  }

  /**
   * A row of pictures.
   *
   * @param label what it is
   * @param note one more thing to know of it
   * @param pictures its pictures
   */
  public record Row(String label, String note, List<Picture> pictures) {
    private Markup html() {
      return Markup.of("<h3>%s <small>%s</small></h3><div class=\"row\">", label, note)
          .add(pictures.stream().map(Picture::html).toList())
          .add("</div>\n");
    }
  }

  /**
   * A picture.
   *
   * @param type its media type
   * @param bytes it, encoded
   * @param alt what it shows, for who cannot see it
   */
  public record Picture(String type, byte[] bytes, String alt) {
    private Markup html() {
      return Markup.of(
          "<img src=\"data:%s;base64,%s\"%s alt=\"%s\">",
          type,
          Base64.getEncoder().encodeToString(bytes),
          Markup.of(type.equals("image/png") ? " class=\"pixels\"" : ""),
          alt);
    }
  }

  /** The page as one file. */
  public String html() {
    Facts head = new Facts();
    facts.forEach((fact, text) -> head.add(fact, Secrets.hidden(text)));
    return Page.head(name + ", preview")
        .add("<header><p class=\"brand\">Millrace preview</p><h1>%s</h1>", name)
        .add(head.html())
        .add(notices.stream().map(each -> Markup.of("<p class=\"notice\">%s</p>", each)).toList())
        .add("</header>\n")
        .add(grids.stream().map(Grid::html).toList())
        .add(Page.text("Config", config, false))
        .add(Page.foot())
        .toString();
  }
}
