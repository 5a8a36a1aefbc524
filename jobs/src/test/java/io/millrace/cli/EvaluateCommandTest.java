package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dataset.Split;
import io.millrace.evaluate.EvaluationReport;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluateCommandTest {
  private static String line(double top5, int classes) {
    return EvaluateCommand.line(
        new EvaluationReport(
            Split.TEST, 10_000, 0.3, 0.89105, top5, new long[classes][classes], List.of(), 2));
  }

  @Test
  void oneLineSaysHowWellTheModelDoes() {
    assertThat(line(0.998, 6))
        .isEqualTo(
            "test: 10,000 images, top-1 89.11 %, top-5 99.80 %; the report shows its training");
  }

  @Test
  void top5IsNotToldOfFiveClasses() {
    assertThat(line(1, 5))
        .isEqualTo("test: 10,000 images, top-1 89.11 %; the report shows its training");
  }
}
