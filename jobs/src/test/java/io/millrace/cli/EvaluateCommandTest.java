package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dataset.Split;
import io.millrace.evaluate.EvaluationReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateCommandTest {
  private static String line(double top5, int classes) {
    return EvaluateCommand.line(
        new EvaluationReport(
            Split.TEST, 10_000, 0.3, 0.89105, top5, new long[classes][classes], List.of(), 2));
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
        new EvaluationReport(Split.TEST, 10, 0.3, 0.89105, 1, new long[2][2], List.of(), 2);
    assertThat(EvaluateCommand.last(report, Optional.of("file:/out/run/report.html")))
        .isEqualTo("top1=0.8911 loss=0.3000 report=file:/out/run/report.html");
    assertThat(EvaluateCommand.last(report, Optional.empty())).isEqualTo("top1=0.8911 loss=0.3000");
  }

  @Test
  void theReportIsThatOfTheRunThatMadeTheModel(@TempDir Path dir) throws IOException {
    Configuration hadoop = new Configuration();
    String model = dir.resolve("b/model.zip").toString();
    assertThat(EvaluateCommand.report(hadoop, model)).isEmpty();
    Files.createDirectories(dir.resolve("b"));
    Path report = Files.writeString(dir.resolve("b/report.html"), "");
    assertThat(EvaluateCommand.report(hadoop, model)).contains("file:" + report);
    assertThat(EvaluateCommand.report(hadoop, dir.resolve("b/other.zip").toString())).isEmpty();
  }
}
