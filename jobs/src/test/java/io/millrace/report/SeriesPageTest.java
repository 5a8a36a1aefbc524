package io.millrace.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeriesPageTest {
  private static SeriesPage page(double[]... top1) {
    List<SeriesPage.Row> rows =
        IntStream.range(0, top1.length)
            .mapToObj(i -> new SeriesPage.Row("row <" + i + ">", "n " + top1[i].length, top1[i]))
            .toList();
    return new SeriesPage(
        "tricks <7>",
        Map.of("command", "series --set source.path=s3a://key:secret@bucket/lake"),
        List.of("look at <this>"),
        List.of(new Tile("best", "0.9", "of <all>")),
        rows,
        List.of(
            List.of("change", "b", "c", "d", "e", "f", "g", "h", "i", "j"),
            List.of("<one>", "2", "3", "4", "5", "6", "7", "8", "9", "10")),
        "how to read <it>",
        List.of(
            new SeriesPage.Run("one-1", "done", "top-1 <5>", true),
            new SeriesPage.Run("one-2", "failed", "why", false)),
        "one: a=<b>");
  }

  @Test
  void thePageShowsAllOfItAndEscapesEverything() {
    assertThat(page(new double[] {0.9, 0.92}, new double[0]).html())
        .contains("tricks &lt;7&gt;, series", "row &lt;0&gt;: 92.00 %", "<td>&lt;one&gt;</td>")
        .contains("<a href=\"one-1/report.html\">one-1</a>", "<td>one-2</td>", "a=&lt;b&gt;")
        .doesNotContain("<script", "<7>", "<this>", "<all>", "<it>", "key:secret");
  }

  @Test
  void everyValueIsADotAndTheMeanAStroke() {
    String html = new DotPlot("top-1", List.of(row(0.90, 0.92, 0.94), row(0.91))).html().toString();
    assertThat(html.split("<circle")).hasSize(5);
    assertThat(html.split("class=\"mean\"")).hasSize(2);
    assertThat(html).contains("mean: 92.00 %").doesNotContain("further left");
  }

  @Test
  void aRowFarBelowTheOthersIsAnArrowAndTakesNoScale() {
    String html =
        new DotPlot("top-1", List.of(row(0.92, 0.921), row(0.6, 0.61), row(0.918), row(0.915)))
            .html()
            .toString();
    assertThat(html.split("further left")).hasSize(2);
    assertThat(html.split("<circle")).hasSize(5);
    assertThat(html)
        .contains("91.4 %", "92.0 %", "An arrow at the left edge stands for values of a row that")
        .doesNotContain(">60 %");
  }

  @Test
  void theAxisHoldsEveryValueOfARowThatIsNotFarBelowWithAll() {
    String html =
        new DotPlot(
                "top-1",
                List.of(
                    row(0.3056, 0.3333, 0.3611),
                    row(0.3056, 0.3333, 0.3611),
                    row(0.2778, 0.3333, 0.3611)))
            .html()
            .toString();
    assertThat(html.split("<circle")).hasSize(10);
    assertThat(html.split("class=\"range\"")).hasSize(4);
    assertThat(html).contains(": 27.78 %").doesNotContain("further left", "An arrow");
  }

  @Test
  void aValueAtTheLowEndOfTheAxisIsADot() {
    String html = new DotPlot("top-1", List.of(row(0.6, 0.9), row(0.8))).html().toString();
    assertThat(html.split("<circle")).hasSize(4);
    assertThat(html).contains(">60 %<").doesNotContain("further left");
  }

  @Test
  void theBarOfARowThatTheAxisCutsGoesToItsEdge() {
    String html =
        new DotPlot(
                "top-1",
                List.of(row(0.92, 0.89), row(0.6, 0.892), row(0.918), row(0.918), row(0.918)))
            .html()
            .toString();
    assertThat(html.split("class=\"range\" d=\"M10.0 66H")).hasSize(2);
    assertThat(html.split("further left")).hasSize(2);
  }

  @Test
  void aSeriesWithoutARunHasAPageToo() {
    assertThat(page(new double[0]).html()).contains("</svg>");
    assertThat(page().html()).contains("</svg>");
  }

  private static DotPlot.Row row(double... values) {
    return new DotPlot.Row("row", "", values);
  }
}
