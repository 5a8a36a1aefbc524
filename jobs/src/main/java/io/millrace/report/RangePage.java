package io.millrace.report;

import io.millrace.metrics.Secrets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The page of a range test: its curve, and what it suggests.
 *
 * @param name of the run whose config was tested
 * @param facts what ran and how it ended, in the order of the page
 * @param notices what a person should look at
 * @param tiles the numbers at its head
 * @param curve its losses
 * @param config the resolved config
 */
public record RangePage(
    String name,
    Map<String, String> facts,
    List<String> notices,
    List<Tile> tiles,
    Curve curve,
    String config) {
  private static final String ABOUT =
      "Each update has a rate of its own, which grows by the same factor from one to the next. The"
          + " loss is that of an update's minibatches before it; smoothed is the moving average of"
          + " it and of those before. Suggested is the smaller one of the rate at which the smoothed"
          + " loss falls steepest and of a tenth of the rate at which it is least. Losses above the"
          + " range of the smoothed ones are not drawn.";

  /**
   * The losses of a range test.
   *
   * @param rates of each update
   * @param losses of each update
   * @param smoothed the same, smoothed
   * @param suggested the suggested rate; NaN for none
   */
  public record Curve(double[] rates, double[] losses, double[] smoothed, double suggested) {
    private Chart chart() {
      double highest = Arrays.stream(smoothed).filter(Double::isFinite).max().orElse(0);
      double[] drawn =
          Arrays.stream(losses).map(loss -> loss <= highest ? loss : Double.NaN).toArray();
      return new Chart(
          "Loss",
          Across.rates(rates, suggested),
          List.of(new Series("of the update", 7, drawn), new Series("smoothed", 1, smoothed)),
          Unit.NUMBER);
    }
  }

  /** The page as one file. */
  public String html() {
    Facts head = new Facts();
    facts.forEach((fact, text) -> head.add(fact, Secrets.hidden(text)));
    return Page.head(name + ", range test")
        .add("<header><p class=\"brand\">Millrace range test</p><h1>%s</h1>", name)
        .add(head.html())
        .add(notices.stream().map(each -> Markup.of("<p class=\"notice\">%s</p>", each)).toList())
        .add("</header>\n<dl class=\"numbers\">")
        .add(tiles.stream().map(Tile::html).toList())
        .add("</dl>\n<section><h2>Loss by learning rate</h2><div class=\"charts wide\">\n")
        .add(curve.chart().lines())
        .add("</div>\n<p class=\"about below\">%s</p></section>\n", ABOUT)
        .add(Page.text("Config", config, false))
        .add(Page.foot())
        .toString();
  }
}
