package io.millrace.report;

import io.millrace.metrics.Secrets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The page of a line of nights: how its models and its data went, as charts and tables.
 *
 * @param name of the line
 * @param facts what ran and when, in the order of the page
 * @param notices what a person should know before the numbers
 * @param tiles the numbers at its head
 * @param charts figures by night
 * @param nights what became of each night, newest first
 * @param champions who was in production, newest first
 * @param about how to read it
 */
public record LinePage(
    String name,
    Map<String, String> facts,
    List<String> notices,
    List<Tile> tiles,
    Charts charts,
    Nights nights,
    Rows champions,
    String about) {
  private static final int MOST_TICKS = 7;

  /**
   * Figures by night, oldest first; NaN where there is none.
   *
   * @param dates of the nights
   * @param challenger top-1 of the challenger on the held-out images
   * @param champion that of the champion on the same
   * @param differences of the two in points
   * @param low lower bounds of their 95 % intervals
   * @param high upper bounds
   * @param fresh new images
   * @param drift how far the shares of classes moved
   * @param brightness how bright the new images are
   * @param quarantine share of the rows in quarantine
   * @param champions index of the night whose model is in production; -1 for none
   */
  public record Charts(
      List<String> dates,
      double[] challenger,
      double[] champion,
      double[] differences,
      double[] low,
      double[] high,
      double[] fresh,
      double[] drift,
      double[] brightness,
      double[] quarantine,
      int champions) {}

  /**
   * A table.
   *
   * @param texts heads of its first columns, of text
   * @param figures heads of the others, of figures
   * @param rows its rows
   */
  public record Rows(List<String> texts, List<String> figures, List<List<String>> rows) {
    private Markup html() {
      Table table = new Table("");
      table.texts(texts.toArray(String[]::new)).figures(figures.toArray(String[]::new));
      rows.forEach(table::row);
      return table.html();
    }
  }

  /**
   * The nights as tables.
   *
   * @param outcomes what became of each
   * @param models how its model did
   * @param data what its data was like
   * @param hasReport dates of those that have a page of their own
   */
  public record Nights(List<Outcome> outcomes, Rows models, Rows data, List<String> hasReport) {}

  /**
   * What became of a night.
   *
   * @param date of it
   * @param state in a word
   * @param why in words
   */
  public record Outcome(String date, String state, String why) {
    private Markup html(boolean linked) {
      Markup link =
          linked
              ? Markup.of("<a href=\"nights/%s/report.html\">%s</a>", date, date)
              : Markup.of("%s", date);
      return Markup.of("<tr><td>%s</td><td>%s</td><td>%s</td></tr>\n", link, state, why);
    }
  }

  /** The page as one file. */
  public String html() {
    Facts head = new Facts();
    facts.forEach((fact, text) -> head.add(fact, Secrets.hidden(text)));
    return Page.head(name + ", line")
        .add("<header><p class=\"brand\">Millrace line of nights</p><h1>%s</h1>", name)
        .add(head.html())
        .add(notices.stream().map(each -> Markup.of("<p class=\"notice\">%s</p>", each)).toList())
        .add("</header>\n<dl class=\"numbers\">")
        .add(tiles.stream().map(Tile::html).toList())
        .add("</dl>\n")
        .add(charts.dates().isEmpty() ? Markup.none() : drawn())
        .add("<section><h2>Nights</h2>\n<div class=\"card scroll rows\"><table class=\"plain\">")
        .add("<tr><th>night</th><th>outcome</th><th>why</th></tr>\n")
        .add(
            nights.outcomes().stream()
                .map(each -> each.html(nights.hasReport().contains(each.date())))
                .toList())
        .add("</table></div></section>\n")
        .add(section("Models", nights.models()))
        .add(Markup.of("<p class=\"about below\">%s</p>\n", about))
        .add(section("Data", nights.data()))
        .add(section("Champions", champions))
        .add(Page.foot())
        .toString();
  }

  private static Markup section(String title, Rows rows) {
    return rows.rows().isEmpty()
        ? Markup.none()
        : Markup.of(
            "<section><h2>%s</h2>\n<div class=\"card scroll rows\">%s</div></section>\n",
            title, rows.html());
  }

  private Markup drawn() {
    Across across = across();
    Markup html = Markup.of("<section><h2>By night</h2><div class=\"charts\">\n");
    html.add(
        new Chart(
                "Top-1 on the held-out images",
                across,
                List.of(
                    new Series("challenger", 1, charts.challenger()),
                    new Series("champion", 2, charts.champion())),
                Unit.PERCENT)
            .lines());
    html.add(
        new Chart(
                "Challenger less champion, points",
                across,
                List.of(
                    new Series("difference", 1, charts.differences()),
                    new Series("lower bound, 95 %", 3, charts.low()),
                    new Series("upper bound", 4, charts.high())),
                Unit.NUMBER)
            .lines());
    html.add(
        new Chart(
                "New images", across, List.of(new Series("images", 1, charts.fresh())), Unit.NUMBER)
            .bars());
    html.add(
        new Chart(
                "Classes, from the night before",
                across,
                List.of(new Series("distance of shares", 1, charts.drift())),
                Unit.NUMBER)
            .lines());
    html.add(
        new Chart(
                "Brightness, black 0, white 1",
                across,
                List.of(new Series("brightness", 1, charts.brightness())),
                Unit.NUMBER)
            .lines());
    html.add(
        new Chart(
                "Rows in quarantine",
                across,
                List.of(new Series("share", 1, charts.quarantine())),
                Unit.PERCENT)
            .lines());
    return html.add("</div></section>\n");
  }

  /** Nights, of which a few are written, by month and day. */
  private Across across() {
    List<String> dates = charts.dates();
    int every = Math.max(1, (int) Math.ceil(dates.size() / (double) MOST_TICKS));
    List<Across.Tick> ticks = new ArrayList<>();
    IntStream.range(0, dates.size())
        .filter(i -> i % every == 0)
        .forEach(i -> ticks.add(new Across.Tick(i, dates.get(i).substring("2026-".length()))));
    int champions = charts.champions();
    String mark = champions < 0 ? "" : dates.get(champions) + ": the champion's night";
    return new Across("night", dates, ticks, champions, mark, false);
  }
}
