package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dataset.Split;
import io.millrace.evaluate.EvaluationReport;
import io.millrace.store.Holder;
import io.millrace.store.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateCommandTest {
  private static final String PAGE = "<p><!-- evaluations -->\n<!-- /evaluations -->\n</p>";
  private static final String EVALUATION =
      """
      {"evaluated_at": "2026-01-31T12:30:00Z", "data": "out/set", "split": "test", "examples": 4,
       "loss": 0.5, "top1": 0.75, "top5": 1, "classes": ["a", "b"], "confusion": [[2, 0], [1, 1]]}
      """;

  private static String line(double top5, int classes) {
    return EvaluateCommand.line(
        new EvaluationReport(
            Split.TEST,
            10_000,
            0.3,
            0.89105,
            top5,
            new long[classes][classes],
            null,
            List.of(),
            2));
  }

  @Test
  void oneLineSaysHowWellTheModelDoes() {
    assertThat(line(0.998, 6)).isEqualTo("test: 10,000 images, top-1 89.11 %, top-5 99.80 %");
  }

  @Test
  void top5IsNotToldOfFiveClasses() {
    assertThat(line(1, 5)).isEqualTo("test: 10,000 images, top-1 89.11 %");
  }

  @Test
  void theLastLineIsForProgramsAndNamesAReportOnlyWhereThereIsOne() {
    EvaluationReport report =
        new EvaluationReport(Split.TEST, 10, 0.3, 0.89105, 1, new long[2][2], null, List.of(), 2);
    assertThat(EvaluateCommand.last(report, Optional.of("file:/out/run/report.html")))
        .isEqualTo("top1=0.8911 loss=0.3000 report=file:/out/run/report.html");
    assertThat(EvaluateCommand.last(report, Optional.empty())).isEqualTo("top1=0.8911 loss=0.3000");
  }

  @Test
  void theReportIsThatOfTheRunThatMadeTheModel(@TempDir Path dir) throws IOException {
    Configuration hadoop = new Configuration();
    String model = dir.resolve("b/model.zip").toString();
    assertThat(EvaluateCommand.report(hadoop, model, "local-1")).isEmpty();
    Files.createDirectories(dir.resolve("b"));
    Path report = Files.writeString(dir.resolve("b/report.html"), "");
    assertThat(EvaluateCommand.report(hadoop, model, "local-1")).contains("file:" + report);
    assertThat(EvaluateCommand.report(hadoop, dir.resolve("b/other.zip").toString(), "local-1"))
        .isEmpty();
    assertThat(report).hasContent("");
  }

  @Test
  void aReportThatARunIsAboutToWriteIsLeftAlone(@TempDir Path dir) throws IOException {
    Configuration hadoop = new Configuration();
    Path page = Files.writeString(dir.resolve("report.html"), PAGE);
    Files.writeString(dir.resolve("evaluation-test.json"), EVALUATION);
    String model = dir.resolve("model.zip").toString();
    Holder run = Holder.here("train", "local-2");
    var folder = new org.apache.hadoop.fs.Path(dir.toString());
    try (Lease lease = Lease.take(hadoop, folder, run, () -> false)) {
      assertThat(EvaluateCommand.report(hadoop, model, "local-1")).contains("file:" + page);
      assertThat(page).hasContent(PAGE);
      lease.check();
    }
    assertThat(EvaluateCommand.report(hadoop, model, "local-1")).contains("file:" + page);
    assertThat(page).content().startsWith("<p>").contains("Evaluation on test").endsWith("</p>");
    assertThat(dir.resolve(".lease")).doesNotExist();
  }
}
