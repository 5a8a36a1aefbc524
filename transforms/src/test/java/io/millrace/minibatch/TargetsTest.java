package io.millrace.minibatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.InputStream;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class TargetsTest {
  private static final int CLASSES = 10;
  private static JsonNode oracle;

  @BeforeAll
  static void read() throws Exception {
    try (InputStream in = TargetsTest.class.getResourceAsStream("/oracles/losses.json")) {
      oracle = new ObjectMapper().readTree(in);
    }
  }

  @Test
  void smoothingAgreesWithPyTorch() {
    assertRows(targets(0.1), oracle.get("smoothing_targets_0.1"));
  }

  @Test
  void mixupOfTargetsAgreesWithPyTorch() {
    FloatBuffer targets = targets(0);
    Mixup.mix(targets, labels().length, CLASSES, 0.3);
    assertRows(targets, oracle.get("mixup_lambda0.3_reversed_targets"));
  }

  @Test
  void smoothingAndMixingCommute() {
    FloatBuffer mixed = targets(0.1);
    Mixup.mix(mixed, labels().length, CLASSES, 0.3);
    FloatBuffer hard = targets(0);
    Mixup.mix(hard, labels().length, CLASSES, 0.3);
    for (int i = 0; i < mixed.capacity(); i++) {
      assertThat(mixed.get(i)).isEqualTo(0.9f * hard.get(i) + 0.01f, within(1e-6f));
    }
  }

  @Test
  void mixupByHand() {
    FloatBuffer rows = FloatBuffer.wrap(new float[] {1, 2, 10, 20, 5, 6});
    Mixup.mix(rows, 3, 2, 0.75);
    assertThat(rows.array()).containsExactly(2, 3, 10, 20, 4, 5);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 1024, 1025, 3000})
  void mixupOfArraysAndBuffersAgree(int length) {
    var array = Nd4j.rand(7, length);
    FloatBuffer rows = FloatBuffer.wrap(array.dup('c').data().asFloat());
    Mixup.mix(rows, 7, length, 0.62);
    var permuted = Nd4j.create(7, length, 1).permute(0, 2, 1);
    permuted.assign(array.reshape(7, 1, length));
    Mixup.mix(permuted, 0.62);
    assertThat(permuted.dup('c').data().asFloat()).containsExactly(rows.array(), within(1e-6f));
  }

  /** A thousand of them, so that some numbers are rejected on the way. */
  @ParameterizedTest
  @CsvSource({"0.2, 532.4123476671148", "1, 495.2248950366411", "4, 497.64142171469325"})
  void noLambdaEverChanges(double alpha, double sum) {
    double all = 0;
    for (int update = 0; update < 1000; update++) {
      all += new Mixup(alpha).lambda(1, update);
    }
    assertThat(all).isEqualTo(sum);
  }

  @Test
  void aHardTargetIsOneForTheLabelAndZeroForTheOthers() {
    FloatBuffer out = FloatBuffer.allocate(6);
    OneHot.write(2, 3, out);
    OneHot.write(0, 3, out);
    assertThat(out.array()).containsExactly(0, 0, 1, 1, 0, 0);
  }

  @Test
  void labelsOutsideTheClassesAreRefused() {
    FloatBuffer out = FloatBuffer.allocate(3);
    assertThatThrownBy(() -> OneHot.write(3, 3, out))
        .hasMessage("Invalid label: 3 (must be 0 to 2)");
    assertThatThrownBy(() -> OneHot.write(-1, 3, out))
        .hasMessage("Invalid label: -1 (must be 0 to 2)");
  }

  @Test
  void settingsOutsideTheirRangeAreRefused() {
    assertThatThrownBy(() -> new LabelSmoothing(1))
        .hasMessage("Invalid labelSmoothing: 1.0 (must be 0 or more, below 1)");
    assertThatThrownBy(() -> new LabelSmoothing(Double.NaN))
        .hasMessage("Invalid labelSmoothing: NaN (must be 0 or more, below 1)");
    assertThatThrownBy(() -> new Mixup(0))
        .hasMessage("Invalid alpha: 0.0 (must be a finite number > 0)");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.05, 0.2, 1, 4})
  void lambdaHasTheMomentsOfBeta(double alpha) {
    int n = 20_000;
    double sum = 0;
    double squares = 0;
    for (int update = 0; update < n; update++) {
      double lambda = new Mixup(alpha).lambda(7, update);
      assertThat(lambda).isBetween(0.0, 1.0);
      sum += lambda;
      squares += (lambda - 0.5) * (lambda - 0.5);
    }
    double variance = 1 / (4 * (2 * alpha + 1));
    assertThat(sum / n).isEqualTo(0.5, within(4 * Math.sqrt(variance / n)));
    assertThat(squares / n).isEqualTo(variance, within(0.05 * variance));
  }

  @Test
  void lambdaOfOneIsUniform() {
    int[] tenths = new int[10];
    for (int update = 0; update < 10_000; update++) {
      tenths[(int) (10 * new Mixup(1).lambda(3, update))]++;
    }
    for (int count : tenths) {
      assertThat(count).isBetween(870, 1130);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0.2, 0.049948684176147756, 0.7158078477180081",
    "1, 0.6982214403421227, 0.04395601058345373",
    "4, 0.5985343233035939, 0.21519982786444203"
  })
  void lambdaNeverChanges(double alpha, double first, double second) {
    Mixup mixup = new Mixup(alpha);
    assertThat(mixup.lambda(1, 0)).isEqualTo(first);
    assertThat(mixup.lambda(1, 1)).isEqualTo(second);
  }

  private static int[] labels() {
    return new ObjectMapper().convertValue(oracle.get("labels"), int[].class);
  }

  private static FloatBuffer targets(double epsilon) {
    FloatBuffer out = FloatBuffer.allocate(labels().length * CLASSES);
    for (int label : labels()) {
      new LabelSmoothing(epsilon).write(label, CLASSES, out);
    }
    return out;
  }

  private static void assertRows(FloatBuffer actual, JsonNode rows) {
    for (int i = 0; i < rows.size(); i++) {
      for (int k = 0; k < CLASSES; k++) {
        float expected = (float) rows.get(i).get(k).asDouble();
        assertThat(actual.get(i * CLASSES + k)).isEqualTo(expected, within(1e-7f));
      }
    }
  }
}
