package io.millrace.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.evaluate.NamedMistake;
import io.millrace.metrics.EpochMetrics;
import io.millrace.metrics.Figures;
import io.millrace.metrics.RunManifest;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xml.sax.InputSource;

class ReportWriterTest {
  private static final String TEST =
      """
      {"evaluated_at": "2026-01-31T12:30:00Z", "data": "out/set", "split": "test", "examples": 4,
       "loss": 0.5, "top1": 0.75, "top5": 1, "classes": ["a", "b"], "confusion": [[2, 0], [1, 1]]}
      """;

  @Test
  void aReportIsOneFileThatAsksForNothing() throws IOException {
    // They stay in the build folder to be looked at.
    write("sample-report", SampleReport.data("fashion-resnet20", 20, SampleReport.CLASSES));
    write("sample-report-3", SampleReport.data("textures", 5, SampleReport.CLASSES.subList(0, 3)));
    List<String> many = IntStream.range(0, 64).mapToObj(i -> "class-" + i).toList();
    write("sample-report-64", SampleReport.data("many", 90, many));
    String html = Files.readString(Path.of("target/sample-report/report.html"));

    assertThat(html)
        .doesNotContainPattern("https?:|url\\(|@import|<link|<script|<iframe")
        .contains("<h1>fashion-resnet20</h1>", "<dt>top-1</dt><dd>90.73 %", "Ankle boot");
    assertThat(Pattern.compile("src=\"(?!data:)").matcher(html).find()).isFalse();
    assertThat(Pattern.compile("<img (?![^>]*alt=\"[^\"]+\")").matcher(html).find()).isFalse();
  }

  private static void write(String name, ReportData data) throws IOException {
    ReportWriter.write(RunFolder.open(new Configuration(), "target", name), data);
  }

  @Test
  void aRunThatGoesOnIsLoadedAnewAndOneThatIsOverIsNot() {
    ReportData sample = SampleReport.data("night", 3, SampleReport.CLASSES);
    var job = sample.job();
    ReportData goesOn =
        new ReportData(
            sample.name(),
            new ReportData.Job(job.manifest(), job.endedAt(), 0, "", true),
            sample.course(),
            sample.diagnosed(),
            sample.validated(),
            sample.data(),
            sample.augmented(),
            sample.texts(),
            List.of());
    assertThat(ReportWriter.html(goesOn))
        .contains("<meta http-equiv=\"refresh\" content=\"10\">", "stood at 13:15:10 UTC.");
    assertThat(ReportWriter.html(sample)).doesNotContain("http-equiv=\"refresh", "is going on");
  }

  @Test
  void everyTextIsEscaped() {
    String evil = "</pre><img src=x onerror=\"alert('1')\">&";
    ReportData sample = SampleReport.data(evil, 3, List.of(evil, "b", "c", "d", evil));
    String html =
        ReportWriter.html(
            new ReportData(
                evil,
                SampleReport.job(evil),
                sample.course(),
                sample.diagnosed(),
                new ReportData.Validated(
                    evil,
                    sample.validated().confusion(),
                    sample.validated().calibration(),
                    List.of(new NamedMistake(evil, evil, 0.5, 1, evil, 7L)),
                    sample.validated().pictures()),
                sample.data(),
                sample.augmented(),
                new ReportData.Texts(evil, evil),
                List.of(SampleReport.evaluation(evil, sample.data().classes()))));
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
    assertThat(charts).isEqualTo(8 + 5);
    assertThat(html)
        .contains(
            "<b>Vanishing gradients</b> (epochs 1 to 3, words of epoch 3): found &lt;b&gt;. Do.")
        .contains("<title>stem: 1.3e-4 in epoch 1, 6.3e-4 in epoch 8</title>")
        .contains("It all took 0.40 % of the training time.")
        .contains("<title>stem: 3.7 % are 0 or next to it</title>");
    assertThat(html).contains("<title>epoch 4, top-1: 91.0 %</title>");
    assertThat(html.split("class=\"mark\""))
        .as("dotted is the epoch of the model alone")
        .hasSameSizeAs(html.split("class=\"mark\"[^>]*><title>"));
    String[] lines = html.split("<title>epoch 1: the weights of model.zip</title>");
    assertThat(lines).as("the dotted lines").hasSizeGreaterThan(1);
    assertThat(html.split("<i class=\"dotted\"></i>epoch 1: the weights of model.zip</span>"))
        .as("what they are")
        .hasSameSizeAs(lines);
  }

  @Test
  void theHeadShowsTheFiguresOfTheModelAndNamesTheLastEpoch() {
    ReportData sample = SampleReport.data("run", 4, SampleReport.CLASSES); // the model is epoch 1's
    EpochMetrics model = sample.course().epochs().get(0);
    assertThat(ReportWriter.html(sample))
        .contains(
            "<dt>top-1</dt><dd>%s</dd><dd class=\"note\">model.zip, epoch 1; best 91.03 %%, epoch 4; last 91.03 %%, epoch 4</dd>"
                .formatted(Figures.percent(model.valTop1())),
            "<dt>top-5</dt><dd>%s</dd>".formatted(Figures.percent(model.valTop5())),
            "<dt>loss</dt><dd>%s</dd><dd class=\"note\">training %s</dd>"
                .formatted(Figures.number(model.valLoss()), Figures.number(model.trainLoss())));
    assertThat(ReportWriter.html(SampleReport.data("one", 1, SampleReport.CLASSES)))
        .contains("<dd class=\"note\">model.zip, epoch 1</dd>");
  }

  @Test
  void aLossWithATeachersIsNamedAndHasAChartOfItsOwn() {
    ReportData plain = SampleReport.data("run", 2, SampleReport.CLASSES);
    var was = plain.job().manifest();
    var taught =
        new RunManifest(
            was.startedAt(),
            was.command(),
            was.seed(),
            was.input(),
            was.weights(),
            was.versions(),
            was.compute(),
            Map.of("teacher", "0123abc"));
    String html =
        ReportWriter.html(
            new ReportData(
                plain.name(),
                new ReportData.Job(taught, plain.job().endedAt(), 0),
                plain.course(),
                plain.diagnosed(),
                plain.validated(),
                plain.data(),
                plain.augmented(),
                plain.texts(),
                List.of()));
    assertThat(html)
        .contains("<h3>Loss with the teacher&#39;s</h3>", ", with the teacher&#39;s</dd>")
        .contains("never to 0");
    assertThat(ReportWriter.html(plain)).doesNotContain("teacher");
  }

  @Test
  void oneEpochWithoutValidationIsDrawnToo() {
    EpochMetrics bare = SampleMetrics.unvalidated(1);
    String html =
        ReportWriter.html(
            new ReportData(
                "run",
                SampleReport.job(""),
                new ReportData.Course(1, List.of(bare), 3, 0),
                Diagnosed.NOTHING,
                ReportData.Validated.nothing("validation"),
                SampleReport.manifest(List.of("a", "b")),
                List.of(),
                new ReportData.Texts("", ""),
                List.of()));
    assertThat(html)
        .doesNotContain(
            "NaN", "Infinity", "Confusion", "Worst mistakes", "<h2>Plan", "<dt>command");
    assertThat(html)
        .contains("<dd class=\"note\">after epoch 1</dd>", "<dd>1 of 3</dd>")
        .doesNotContain("top-5");
  }

  @Test
  void manyClassesAreShownAsThePairsMostConfused() {
    List<String> classes = IntStream.range(0, 100).mapToObj(i -> "class " + i).toList();
    String html = ReportWriter.html(SampleReport.data("run", 2, classes));
    assertThat(html)
        .contains("<tr><td>class 0</td><td>class 96</td><td class=\"n\">94</td>")
        .doesNotContain("<table class=\"matrix");
  }

  @Test
  void testAsValidationIsSaid() {
    ReportData d = SampleReport.data("run", 2, SampleReport.CLASSES);
    String html =
        ReportWriter.html(
            new ReportData(
                d.name(),
                d.job(),
                d.course(),
                Diagnosed.NOTHING,
                ReportData.Validated.nothing("test"),
                d.data(),
                List.of(),
                d.texts(),
                List.of()));
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
                "validation")
            .toString();
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

  @Test
  void theHeadSaysWhenWhatRanByWhichCommand() {
    ReportData d = SampleReport.data("run", 2, SampleReport.CLASSES);
    String html = ReportWriter.html(d);
    assertThat(html)
        .contains("<dd>2026-01-31 12:30 to 13:15 UTC, 45 min 01 s in all</dd>")
        .contains("<dt>command</dt><dd>train --config conf/run.yaml</dd>")
        .contains("<dd>Millrace 0.1.0, git revision 0123abc</dd>");
    ReportData resumed =
        new ReportData(
            d.name(),
            new ReportData.Job(d.job().manifest(), d.job().endedAt(), 4),
            d.course(),
            Diagnosed.NOTHING,
            d.validated(),
            d.data(),
            List.of(),
            d.texts(),
            List.of());
    assertThat(ReportWriter.html(resumed)).contains("in all; it went on after epoch 4</dd>");
  }

  @Test
  void nobodyReadsAPasswordInTheReport() {
    ReportData d = SampleReport.data("run", 2, SampleReport.CLASSES);
    String secret = "--set dataset.path=s3a://me:pass@lake/set --set x.secret=pass token: pass";
    String html =
        ReportWriter.html(
            new ReportData(
                "run",
                SampleReport.job(secret),
                d.course(),
                Diagnosed.NOTHING,
                d.validated(),
                d.data(),
                List.of(),
                new ReportData.Texts(secret, secret),
                List.of()));
    assertThat(html).contains("s3a://…@lake/set --set x.secret=… token: …");
    assertThat(html).contains("<dd>s3a://…@lake/photos</dd>").doesNotContain("pass@", "=pass");
  }

  @Test
  void theDataAreDescribedAsTheManifestSays() {
    assertThat(ReportWriter.html(SampleReport.data("run", 2, SampleReport.CLASSES)))
        .contains("<dd>train 48,654, test 10,000</dd>")
        .contains("<dd>32 to 500 wide, 20 to 375 high, colour</dd>")
        .contains(
            "<dd>0.4856 0.4560 0.4060, deviation 0.2290 0.2240 0.2250, of the levels of train")
        .contains("<dd>in train from 54 of Ankle boot to 5,400 of T-shirt/top, 1 to 100.0</dd>")
        .contains("<dd>3 images of test in train</dd>")
        .contains("<dd>6 rows: 1 unknown label (emu), 5 unreadable image</dd>");
  }

  @Test
  void aMistakeSaysHowSureTheNetworkWasAndWhereItsImageIs() {
    assertThat(ReportWriter.html(SampleReport.data("run", 2, SampleReport.CLASSES)))
        .contains(
            "<tr><td>T-shirt/top</td><td>Dress</td><td class=\"n\">99.99 %</td><td"
                + " class=\"n\">9.20</td><td>data/train-00000-of-00004.parquet</td><td"
                + " class=\"n\">1000</td></tr>");
    NamedMistake unknown = new NamedMistake("a", "b", 0.5, 1, null, null);
    assertThat(MistakeTable.html(List.of(unknown)).toString())
        .doesNotContain("file in the source", "null");
  }

  @Test
  void theRateOfTheFirstUpdateOfAnEpochShows() {
    String html = ReportWriter.html(SampleReport.data("run", 2, SampleReport.CLASSES));
    assertThat(html)
        .contains("<title>epoch 1, first update: 0.4</title>", "<title>epoch 1, last update: 0.4");
  }

  @Test
  void evaluationsAreShownInAReportThatWasWrittenBefore(@TempDir Path dir) throws IOException {
    RunFolder folder = RunFolder.open(new Configuration(), dir.toString(), "run");
    assertThat(ReportWriter.showEvaluations(folder)).isEmpty();
    ReportData d = SampleReport.data("run", 2, List.of("a", "b"));
    ReportWriter.write(folder, d);
    String with = folder.text(RunFolder.REPORT).orElseThrow();
    folder.write("evaluation-test.json", "{\"split\": \"test\"}");
    folder.write("evaluation-train.json", "cut");
    folder.write("evaluation-train-other.json", "null");
    folder.write("evaluation-validation.json", TEST.replace("[2, 0]", "[2]"));
    ReportWriter.showEvaluations(folder);
    String without = folder.text(RunFolder.REPORT).orElseThrow();
    assertThat(with).contains("Evaluation on test");
    assertThat(without).doesNotContain("Evaluation on").contains("<h2>Data</h2>");

    folder.write("evaluation-test.json", TEST);
    folder.write("evaluation-test-set-01234567.json", TEST.replace("out/set", "out/other"));
    folder.write("old.zip.evaluation-test.json", TEST.replace("out/set", "out/of-old"));
    assertThat(ReportWriter.showEvaluations(folder)).contains(folder.path(RunFolder.REPORT));
    assertThat(folder.text(RunFolder.REPORT).orElseThrow())
        .contains("75.00 %, loss 0.5", "4 images of out/set<", "4 images of out/other<")
        .contains("<td>b</td><td class=\"n\">100.00 %</td><td class=\"n\">50.00 %</td>")
        .doesNotContain("out/of-old");

    folder.write(RunFolder.REPORT, "<html>of before</html>");
    ReportWriter.showEvaluations(folder);
    assertThat(folder.text(RunFolder.REPORT)).contains("<html>of before</html>");
  }
}
