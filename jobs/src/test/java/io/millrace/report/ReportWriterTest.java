package io.millrace.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.metrics.EpochMetrics;
import io.millrace.metrics.Figures;
import io.millrace.metrics.SampleMetrics;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xml.sax.InputSource;

class ReportWriterTest {
  @Test
  void aReportIsOneFileThatAsksForNothing() throws IOException {
    // Stays in the build folder to be looked at.
    RunFolder folder = RunFolder.open(new Configuration(), "target", "sample-report");
    ReportWriter.write(folder, SampleReport.data("fashion-resnet20", 20, SampleReport.CLASSES));
    String html = Files.readString(Path.of("target/sample-report/report.html"));

    assertThat(html)
        .doesNotContainPattern("https?:|url\\(|@import|<link|<script|<iframe")
        .contains("<h1>fashion-resnet20</h1>", "<dt>top-1</dt><dd>91.0", "Ankle boot");
    assertThat(Pattern.compile("src=\"(?!data:)").matcher(html).find()).isFalse();
    assertThat(Pattern.compile("<img (?![^>]*alt=\"[^\"]+\")").matcher(html).find()).isFalse();
  }

  @Test
  void everyTextIsEscaped() {
    String evil = "</pre><img src=x onerror=\"alert('1')\">&";
    ReportData sample = SampleReport.data(evil, 3, List.of(evil, "b", "c", "d", evil));
    String html =
        ReportWriter.html(
            new ReportData(
                evil,
                1,
                sample.epochs(),
                3,
                evil,
                sample.confusion(),
                sample.classes(),
                sample.augmented(),
                sample.mistakes(),
                evil,
                evil,
                evil,
                sample.images(),
                0));
    assertThat(html).doesNotContain("<img src=x", "onerror=\"", "</pre><img");
    assertThat(html).contains("&lt;/pre&gt;&lt;img src=x onerror=&quot;alert(&#39;1&#39;)");
  }

  @Test
  void chartsAreWellFormedAndCarryTheirValues() throws Exception {
    String html = ReportWriter.html(SampleReport.data("run", 4, SampleReport.CLASSES));
    Matcher svg = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL).matcher(html);
    int charts = 0;
    while (svg.find()) {
      DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(svg.group())));
      assertThat(svg.group()).contains("aria-label=\"").doesNotContain("NaN", "Infinity");
      charts++;
    }
    assertThat(charts).isEqualTo(6);
    assertThat(html).contains("<title>epoch 4, top-1: 91.0 %</title>");
  }

  @Test
  void oneEpochWithoutValidationIsDrawnToo() {
    EpochMetrics bare = SampleMetrics.unvalidated(1);
    String html =
        ReportWriter.html(
            new ReportData(
                "run",
                1,
                List.of(bare),
                3,
                "validation",
                new long[0][],
                List.of(),
                List.of(),
                List.of(),
                "",
                "",
                "",
                Map.of(),
                0));
    assertThat(html).doesNotContain("NaN", "Infinity", "Confusion", "Worst mistakes", "<h2>Plan");
    assertThat(html).contains("not measured", "<dd>1 of 3</dd>").doesNotContain("top-5");
  }

  @Test
  void manyClassesAreShownAsThePairsMostConfused() {
    List<String> classes = IntStream.range(0, 100).mapToObj(i -> "class " + i).toList();
    String html = ReportWriter.html(SampleReport.data("run", 2, classes));
    assertThat(html)
        .contains("<tr><td>class 0</td><td>class 96</td><td>94</td>")
        .doesNotContain("<table class=\"matrix\">");
  }

  @Test
  void testAsValidationIsSaid() {
    ReportData d = SampleReport.data("run", 2, SampleReport.CLASSES);
    String html =
        ReportWriter.html(
            new ReportData(
                d.name(),
                2,
                d.epochs(),
                2,
                "test",
                d.confusion(),
                d.classes(),
                List.of(),
                List.of(),
                "",
                "",
                "",
                Map.of(),
                0));
    assertThat(html).contains("Validated on the test split");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 0, 1, 0.2",
    "0.31, 1.74, 0, 2, 0.5",
    "0.91, 0.92, 0.91, 0.92, 0.002",
    "0, 118, 0, 120, 20",
    "5, 5, 5, 6, 1",
    "0, 0, 0, 0.2, 0.2"
  })
  void axesHaveRoundTicksThatCoverTheRange(
      double min, double max, double low, double high, double step) {
    Axis axis = Axis.over(min, max, 6);
    assertThat(axis.step()).isCloseTo(step, within(1e-12));
    assertThat(axis.low()).isCloseTo(low, within(1e-9));
    assertThat(axis.high()).isCloseTo(high, within(1e-9));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 0",
        "0.8 | 0.8",
        "0.12344 | 0.1234",
        "1.5 | 1.50",
        "12.34 | 12.3",
        "456.7 | 457",
        "54321 | 54,321",
        "0.00012 | 1.2e-04",
        "NaN | –"
      })
  void numbersAreShort(double value, String text) {
    assertThat(Figures.number(value)).isEqualTo(text);
  }

  @Test
  void ticksHaveTheDecimalsOfTheirStep() {
    assertThat(Unit.NUMBER.tick(0.5, 0.5)).isEqualTo("0.5");
    assertThat(Unit.NUMBER.tick(20, 5)).isEqualTo("20");
    assertThat(Unit.NUMBER.tick(2000, 500)).isEqualTo("2,000");
    assertThat(Unit.PERCENT.tick(1, 0.1)).isEqualTo("100 %");
    assertThat(Unit.PERCENT.tick(0.912, 0.002)).isEqualTo("91.2 %");
  }

  @ParameterizedTest
  @CsvSource({"3.14, 3.1 s", "42, 42 s", "75.4, 1 min 15 s", "7384, 2 h 03 min"})
  void durationsReadAsSpoken(double seconds, String text) {
    assertThat(Figures.duration(seconds)).isEqualTo(text);
  }

  @Test
  void aClassHasItsImagesPrecisionRecallAndF1() {
    String html =
        ClassTable.html(
            List.of("cat", "<dog>"),
            Map.of("train", List.of(1000L, 20L)),
            new long[][] {{3, 1}, {0, 0}},
            "validation");
    assertThat(html)
        .contains("<td>cat</td><td class=\"n\">1,000</td>")
        .contains(
            "<td class=\"n\">100.00 %</td><td class=\"n\">75.00 %</td><td class=\"n\">85.71 %")
        .contains(
            "<td>&lt;dog&gt;</td><td class=\"n\">20</td><td class=\"n\">0.00 %</td><td"
                + " class=\"n\">–</td>");
  }

  @Test
  void theEpochOfTheModelIsMarkedAndTheLastOneLabelled() {
    String html = ReportWriter.html(SampleReport.data("run", 20, SampleReport.CLASSES));
    assertThat(html).contains("<title>epoch 17: the weights of model.zip</title>");
    assertThat(html).contains(">20</text>", ">epoch</text>").doesNotContain(">19</text>");
  }
}
