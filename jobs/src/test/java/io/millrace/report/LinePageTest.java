package io.millrace.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LinePageTest {
  private static LinePage page(String... dates) {
    double[] one = new double[dates.length];
    LinePage.Charts charts =
        new LinePage.Charts(
            List.of(dates), one, one, one, one, one, one, one, one, one, dates.length - 1);
    LinePage.Rows none = new LinePage.Rows(List.of("night"), List.of("images"), List.of());
    LinePage.Rows some =
        new LinePage.Rows(List.of("night"), List.of("images"), List.of(List.of("<2026>", "<7>")));
    return new LinePage(
        "line <7>",
        Map.of("command", "finetune --set source.path=s3a://key:secret@bucket/lake"),
        List.of("look at <this>"),
        List.of(new Tile("champion", "0.9", "of <all>")),
        charts,
        new LinePage.Nights(
            List.of(
                new LinePage.Outcome("2026-11-21", "promoted", "it is <better>"),
                new LinePage.Outcome("2026-11-20", "to train", "not over")),
            some,
            none,
            List.of("2026-11-21")),
        none,
        "how to read <it>");
  }

  @Test
  void thePageShowsAllOfItAndEscapesEverything() {
    String html = page("2026-11-20", "2026-11-21").html();
    assertThat(html)
        .contains("line &lt;7&gt;, line", "it is &lt;better&gt;", "<td>&lt;2026&gt;</td>")
        .contains("<a href=\"nights/2026-11-21/report.html\">2026-11-21</a>", "<td>2026-11-20</td>")
        .doesNotContain("<script", "<7>", "<this>", "<all>", "<it>", "key:secret")
        .doesNotContain("<h2>Data</h2>", "<h2>Champions</h2>");
    assertThat(html.split("<svg")).hasSize(7);
    assertThat(html.split("class=\"mark\"")).hasSize(7);
    assertThat(html.split("<i class=\"dotted\"></i>2026-11-21: the champion&#39;s night</span>"))
        .as("what the dotted line is, at each chart")
        .hasSize(7);
  }

  @Test
  void aLineWithoutANightHasNoChart() {
    assertThat(page().html()).doesNotContain("<svg").contains("</html>");
  }

  @Test
  void ofManyNightsAFewAreWrittenBelowAChart() {
    String[] dates = new String[28];
    for (int i = 0; i < dates.length; i++) {
      dates[i] = "2026-11-%02d".formatted(i + 1);
    }
    assertThat(page(dates).html()).contains(">11-01<", ">11-05<").doesNotContain(">11-02<");
  }
}
