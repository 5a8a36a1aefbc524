package io.millrace.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RangePageTest {
  private static RangePage page(double[] rates, double[] losses, double suggested) {
    return new RangePage(
        "night <7>",
        Map.of("command", "lr-find --set source.path=s3a://key:secret@bucket/lake"),
        List.of("look at <this>"),
        List.of(new Tile("suggested", "0.1", "of <all>")),
        new RangePage.Curve(rates, losses, losses, suggested),
        "seed: 1");
  }

  private static double[] rates(double first, double factor, int count) {
    return IntStream.range(0, count).mapToDouble(i -> first * Math.pow(factor, i)).toArray();
  }

  @Test
  void ratesAreWrittenAtThePowersOfTen() {
    Across across = Across.rates(rates(5e-5, Math.pow(10, 0.1), 41), Double.NaN);
    assertThat(across.ticks())
        .extracting(Across.Tick::text)
        .containsExactly("1e-4", "0.001", "0.01", "0.1");
    for (int i = 0; i < 4; i++) {
      assertThat(across.ticks().get(i).at()).isCloseTo(10 * Math.log10(2) + 10 * i, within(1e-9));
    }
    assertThat(across.points()).startsWith("5e-5", "6.29e-5").endsWith("0.5");
    assertThat(across.marked()).isEqualTo(-1);
    assertThat(page(rates(1, 2, 5), new double[5], Double.NaN).html())
        .doesNotContain("class=\"dotted\"");
    assertThat(Across.rates(rates(1, 2, 5), 4).marked()).isEqualTo(2);
    assertThat(Across.rates(rates(1, 10, 3), 4).ticks())
        .extracting(Across.Tick::text)
        .containsExactly("1", "10", "100");
  }

  @Test
  void thePageShowsTheCurveAndEscapesEverything() {
    String html = page(rates(1e-3, 10, 4), new double[] {3, 2, 1, 4}, 0.1).html();
    assertThat(html)
        .contains("<title>night &lt;7&gt;, range test", "look at &lt;this&gt;", "of &lt;all&gt;")
        .contains("rate 0.1, smoothed: 1.00", "<title>rate 0.1: the suggestion</title>", "seed: 1")
        .contains("<i class=\"dotted\"></i>rate 0.1: the suggestion</span>")
        .doesNotContain("<script", "<7>", "<this>", "<all>", "key:secret");
  }

  @Test
  void lossesOutOfRangeAreNotDrawn() {
    RangePage.Curve curve =
        new RangePage.Curve(
            rates(1e-3, 10, 4),
            new double[] {3, 2, 1e30, Double.NaN},
            new double[] {3, 2, 4, 5},
            1);
    String html = new RangePage("a", Map.of(), List.of(), List.of(), curve, "").html();
    assertThat(html).contains("of the update: 2.00").doesNotContain("rate 0.1, of the update");
  }

  @Test
  void aTestWithoutAPointHasAPageToo() {
    assertThat(page(new double[0], new double[0], Double.NaN).html()).contains("</svg>");
    assertThat(page(new double[] {1}, new double[] {2}, Double.NaN).html()).contains("rate 1, ");
  }
}
