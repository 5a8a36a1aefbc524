package io.millrace.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.dataset.Split;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Precision, recall, F1, support and calibration against those of scikit-learn. */
class ClassificationOracleTest {
  private static final List<String> CLASSES = List.of("a", "b", "c", "d", "never", "absent");
  private JsonNode oracle;
  private EvaluationReport report;

  @BeforeEach
  void tally() throws IOException {
    oracle =
        new ObjectMapper()
            .readTree(ClassificationOracleTest.class.getResource("/oracles/classification.json"));
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < oracle.get("labels").size(); i++) {
      int label = oracle.get("labels").get(i).asInt();
      int predicted = oracle.get("predicted").get(i).asInt();
      float sure = (float) oracle.get("confidence").get(i).asDouble();
      outcomes.add(new Outcome(i, label, predicted, label == predicted ? 0 : 1, 1, sure));
    }
    OutcomeTally tally = new OutcomeTally(CLASSES.size());
    tally.add(0, outcomes.subList(0, 100));
    tally.add(1, outcomes.subList(100, outcomes.size()));
    report = tally.report(Split.TEST, 1);
  }

  @Test
  void precisionRecallF1AndSupportOfEachClass() {
    List<ClassQuality> found = ClassQuality.of(CLASSES, report.confusion());
    assertThat(found).hasSize(6);
    for (int k = 0; k < found.size(); k++) {
      assertThat(found.get(k).name()).isEqualTo(CLASSES.get(k));
      assertShare("precision", k, found.get(k).precision());
      assertShare("recall", k, found.get(k).recall());
      assertThat(found.get(k).support()).isEqualTo(oracle.get("support").get(k).asLong());
      assertShare("f1", k, found.get(k).f1());
    }
    assertThat(found.get(4).precision()).isNull();
    assertThat(found.get(5).recall()).isNull();
  }

  /** Where scikit-learn says 0 unless it is told otherwise. */
  @Test
  void aClassThatNeitherIsThereNorPredictedHasNoFigures() {
    assertThat(ClassQuality.of(List.of("a", "b"), new long[][] {{3, 0}, {0, 0}}))
        .containsExactly(
            new ClassQuality("a", 1.0, 1.0, 1.0, 3), new ClassQuality("b", null, null, null, 0));
  }

  private void assertShare(String name, int k, Double found) {
    JsonNode expected = oracle.get(name).get(k);
    if (expected.isNull()) {
      assertThat(found).as(name + k).isNull();
    } else {
      assertThat(found).as(name + k).isCloseTo(expected.asDouble(), within(1e-12));
    }
  }

  @Test
  void binsAndExpectedCalibrationError() {
    Calibration found = report.calibration();
    assertThat(found.ece()).isCloseTo(oracle.get("ece").asDouble(), within(1e-12));
    assertThat(found.bins()).hasSize(15);
    int filled = 0;
    for (int b = 0; b < found.bins().size(); b++) {
      Calibration.Bin bin = found.bins().get(b);
      assertThat(bin.examples()).isEqualTo(oracle.get("bin_examples").get(b).asLong());
      if (bin.examples() > 0) {
        JsonNode accuracy = oracle.get("bin_accuracy").get(filled);
        JsonNode confidence = oracle.get("bin_confidence").get(filled++);
        assertThat(bin.accuracy()).isCloseTo(accuracy.asDouble(), within(1e-12));
        assertThat(bin.confidence()).isCloseTo(confidence.asDouble(), within(1e-12));
      }
    }
    assertThat(filled).isEqualTo(oracle.get("bin_accuracy").size());
  }

  @Test
  void anEdgeBelongsToTheBinBelowIt() {
    assertThat(Calibration.bin(0)).isZero();
    assertThat(Calibration.bin(1.0 / 5)).isEqualTo(2);
    assertThat(Calibration.bin(Math.nextUp(0.2))).isEqualTo(3);
    assertThat(Calibration.bin(1)).isEqualTo(14);
    assertThat(Calibration.bin(Math.nextUp(1.0))).as("1, rounded up").isEqualTo(14);
  }

  @Test
  void oneExampleHasABinAndNoneHasNoError() {
    CalibrationTally tally = new CalibrationTally();
    assertThat(tally.calibration().ece()).isZero();
    tally.add(0.9, true);
    Calibration one = tally.calibration();
    assertThat(one.ece()).isCloseTo(0.1, within(1e-12));
    for (int b = 0; b < Calibration.BINS; b++) {
      assertThat(one.bins().get(b))
          .isEqualTo(b == 13 ? new Calibration.Bin(1, 0.9, 1) : new Calibration.Bin(0, 0, 0));
    }
  }

  @Test
  void theWorstPairsOfAThousandClassesAreFew() {
    List<String> names = new ArrayList<>();
    long[][] confusion = new long[1000][1000];
    for (int k = 0; k < 1000; k++) {
      names.add("class " + k);
      confusion[k][k] = 40;
      confusion[k][(k + 1) % 1000] = k % 10;
    }
    confusion[7][3] = 30;
    confusion[8][3] = 30;
    confusion[8][8] = 0;
    List<ConfusedPair> worst = ConfusedPair.worst(names, confusion);
    assertThat(worst).hasSize(20);
    assertThat(worst.get(0)).isEqualTo(new ConfusedPair("class 8", "class 3", 30, 30.0 / 38));
    assertThat(worst.get(1)).isEqualTo(new ConfusedPair("class 7", "class 3", 30, 30.0 / 77));
    assertThat(worst.get(2)).isEqualTo(new ConfusedPair("class 9", "class 10", 9, 9.0 / 49));
  }
}
