package io.millrace.report;

import io.millrace.simulation.Simulated;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The page of a simulation: what rounds of more and more workers would cost.
 *
 * @param name of the run
 * @param facts what was measured and given, a line each
 * @param notices what a person should know before the numbers
 * @param table the same as figures, heads first
 * @param rounds of growing numbers of workers
 */
public record SimulationPage(
    String name,
    List<String> facts,
    List<String> notices,
    List<List<String>> table,
    List<Simulated> rounds) {

  /** The page as one file. */
  public String html() {
    return Page.head(name + ", simulated")
        .add("<header><p class=\"brand\">Millrace plan --simulate</p><h1>%s</h1>", name)
        .add(notices.stream().map(each -> Markup.of("<p class=\"notice\">%s</p>", each)).toList())
        .add("</header>\n<section><h2>By workers</h2><div class=\"charts\">\n")
        .add(chart("Images per second", Unit.NUMBER, Simulated::imagesPerSecond).lines())
        .add(chart("Efficiency", Unit.PERCENT, Simulated::efficiency).lines())
        .add(new Chart("Seconds of a round", across(), parts(), Unit.NUMBER).bars())
        .add("</div></section>\n<section><h2>Figures</h2>\n<div class=\"card scroll rows\">")
        .add(figures())
        .add("</div></section>\n")
        .add(Page.text("Measured and given", String.join("\n", facts), true))
        .add(Page.foot())
        .toString();
  }

  private Markup figures() {
    Table html = new Table("");
    html.figures(table.get(0).toArray(String[]::new));
    table.subList(1, table.size()).forEach(html::row);
    return html.html();
  }

  private Chart chart(String title, Unit unit, ToDoubleFunction<Simulated> value) {
    double[] values = rounds.stream().mapToDouble(value).toArray();
    return new Chart(title, across(), List.of(new Series("simulated", 1, values)), unit);
  }

  /** Terms, of which small ones are told together. */
  private List<Series> parts() {
    List<Series> parts = new ArrayList<>();
    List<String> named = List.of("compute", "waiting", "codec", "schedule", "aggregate", "network");
    for (String name : named) {
      parts.add(new Series(name, parts.size() + 1, seconds(name)));
    }
    double[] rest = rounds.stream().mapToDouble(Simulated::seconds).toArray();
    parts.forEach(
        part -> {
          for (int i = 0; i < rest.length; i++) {
            rest[i] = Math.max(0, rest[i] - part.values()[i]);
          }
        });
    parts.add(new Series("rest", parts.size() + 1, rest));
    return parts;
  }

  private double[] seconds(String name) {
    return rounds.stream()
        .map(Simulated::parts)
        .mapToDouble(
            each ->
                name.equals("network") ? each.get("download") + each.get("upload") : each.get(name))
        .toArray();
  }

  private Across across() {
    List<String> points =
        rounds.stream().map(each -> String.valueOf(each.round().workers())).toList();
    List<Across.Tick> ticks =
        IntStream.range(0, points.size())
            .filter(i -> i % 2 == 0)
            .mapToObj(i -> new Across.Tick(i, points.get(i)))
            .toList();
    return new Across("workers", points, ticks, -1, "", false);
  }
}
