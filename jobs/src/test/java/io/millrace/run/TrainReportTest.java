package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dataset.Split;
import io.millrace.evaluate.EvaluationReport;
import io.millrace.metrics.EpochMetrics;
import io.millrace.metrics.SampleMetrics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrainReportTest {
  private static final List<EpochMetrics> RISING = SampleMetrics.of(3);

  private static List<String> lines(List<EpochMetrics> epochs, String modelIs) {
    return lines(epochs, modelIs, Map.of());
  }

  private static List<String> lines(
      List<EpochMetrics> epochs, String modelIs, Map<String, EvaluationReport> shadows) {
    EpochMetrics last = epochs.get(epochs.size() - 1);
    Optional<EvaluationReport> validated =
        Double.isFinite(last.valTop1()) ? Optional.of(report(last.valTop1())) : Optional.empty();
    return new TrainReport("r/report.html", epochs, "r/model.zip", modelIs, validated, shadows)
        .lines();
  }

  private static EvaluationReport report(double top1) {
    return new EvaluationReport(
        Split.VALIDATION, 9, 0.25, top1, 1, new long[2][2], null, List.of(), 1);
  }

  @Test
  void theEndOfTrainingSaysLastAndBestAndWhereTheModelIs() {
    assertThat(lines(RISING, "epoch 3, top-1 0.9103, the best of 3"))
        .containsExactly(
            "validation: top-1 91.03 % after the last epoch, 3; best 91.03 %, epoch 3",
            "model: epoch 3, top-1 0.9103, the best of 3",
            "top1=0.9103 loss=0.2500 model=r/model.zip report=r/report.html");
  }

  @Test
  void theBestIsTheEarlierOfEquals() {
    List<EpochMetrics> falling = List.of(RISING.get(2), RISING.get(1), RISING.get(1));
    assertThat(lines(falling, "x").get(0))
        .isEqualTo("validation: top-1 89.87 % after the last epoch, 2; best 91.03 %, epoch 3");
    List<EpochMetrics> equal = List.of(RISING.get(2), RISING.get(0), RISING.get(2));
    assertThat(lines(equal, "x").get(0)).endsWith("best 91.03 %, epoch 3");
  }

  @Test
  void aMeanOfWeightsIsNamedAndSaidToBeBetterWhereItIs() {
    Map<String, EvaluationReport> shadows = new LinkedHashMap<>();
    shadows.put("ema", report(0.925));
    shadows.put("swa", report(0.9));
    assertThat(lines(RISING, "x", shadows))
        .contains(
            "model-ema.zip: top-1 92.50 %, better than 91.03 % of model.zip",
            "model-swa.zip: top-1 90.00 %");
  }

  @Test
  void withoutAValidationNothingIsSaidOfIt() {
    EpochMetrics bare = SampleMetrics.unvalidated(1);
    assertThat(lines(List.of(bare), "epoch 1, the last: none was validated"))
        .containsExactly(
            "model: epoch 1, the last: none was validated",
            "model=r/model.zip report=r/report.html");
  }
}
