package io.millrace.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MarkupTest {
  @Test
  void textIsEscapedAndMarkupIsNot() {
    Markup bold = Markup.of("<b>%s</b>", "a < b & 'c' \"d\" \u0001");
    assertThat(bold).hasToString("<b>a &lt; b &amp; &#39;c&#39; &quot;d&quot;  </b>");
    assertThat(Markup.of("<p>%s</p>", bold)).hasToString("<p>" + bold + "</p>");
  }

  @Test
  void aPatternThatTextHoldsIsText() {
    assertThat(Markup.of("<i>%s</i>", "100 %s %n")).hasToString("<i>100 %s %n</i>");
    assertThat(Markup.none().add(Markup.of("%s", "5 %d"))).hasToString("5 %d");
  }

  @Test
  void numbersGoByThePatternInEnglish() {
    assertThat(Markup.of("%,d %.1f", 12_345, 0.25)).hasToString("12,345 0.3");
  }

  @Test
  void piecesAreAddedInTheirOrder() {
    assertThat(Markup.of("<ul>").add(List.of(Markup.of("<li>"), Markup.of("</li>"))).add("</ul>"))
        .hasToString("<ul><li></li></ul>");
  }
}
