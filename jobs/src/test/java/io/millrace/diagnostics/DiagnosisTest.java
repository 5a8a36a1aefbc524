package io.millrace.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.model.ParameterSlot;
import io.millrace.model.ParameterSlot.Kind;
import io.millrace.wire.Elements;
import io.millrace.wire.Measures;
import io.millrace.wire.WeightCodec;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Figures and warnings by hand, at their thresholds. */
class DiagnosisTest {
  private static final GradientNorm GRADIENT = new GradientNorm(1e-3, 10);
  private static final UpdateRatio RATIO = new UpdateRatio(0.1, 1e-5);
  private static final Layers LAYERS =
      new Layers(List.of("a.W", "b.W", "out.W"), List.of("a.W", "b.W"));

  private static Elements elements(float... values) {
    byte[][] slices = WeightCodec.allocate(values.length);
    WeightCodec.put(values, slices, 0);
    return Elements.of(slices);
  }

  private static ParameterSlot slot(String vertex, int length) {
    return new ParameterSlot(vertex, "W", 0, length, Kind.WEIGHT);
  }

  private static Measures gradient(Diagnostic of, String vertex, float... summed) {
    Measures measures = new Measures();
    float[] twos = new float[summed.length];
    Arrays.fill(twos, 2);
    of.gradient(
        new GradientView(slot(vertex, summed.length), 0.5, 2, elements(summed), elements(twos)),
        new Readings(of, measures));
    return measures;
  }

  private static Measures update(Diagnostic of, String vertex, float before, float after) {
    Measures measures = new Measures();
    of.update(
        new UpdateView(slot(vertex, 1), elements(before), elements(after)),
        new Readings(of, measures));
    return measures;
  }

  private static Map<String, Double> only(Diagnostic of, Measures measures) {
    return of.figures(Readings.means(of, measures).values().iterator().next());
  }

  private static List<String> kinds(List<Warning> warnings) {
    return warnings.stream().map(Warning::kind).toList();
  }

  @Test
  void gradientNormsAreOfTheMeanGradient() {
    Map<String, Double> figures = only(GRADIENT, gradient(GRADIENT, "a", 6, -8));
    assertThat(figures.get("norm")).isEqualTo(5);
    assertThat(figures.get("norm_with_l2")).as("of 4 and -3").isEqualTo(5);
    assertThat(figures.get("rms")).isCloseTo(5 / Math.sqrt(2), within(1e-12));
    assertThat(figures.get("mean_absolute")).isEqualTo(3.5);
  }

  @Test
  void severalMakeTheRootOfTheMeanSquare() {
    Measures both = gradient(GRADIENT, "a", 2, 0).add(gradient(GRADIENT, "a", 14, 0));
    assertThat(only(GRADIENT, both).get("norm")).isEqualTo(5);
  }

  @Test
  void gradientsVanishBelowAThousandthOfTheLastConvolution() {
    for (float first : new float[] {0, 0.9f, 1.1f}) {
      Diagnosis diagnosis = new Diagnosis(List.of(GRADIENT), LAYERS, List.of());
      Measures read = gradient(GRADIENT, "a", first).add(gradient(GRADIENT, "b", 1000));
      diagnosis.roundEnded(read.add(gradient(GRADIENT, "out", 1e6f)));
      List<Warning> warnings = diagnosis.epochEnded(1, Optional.empty(), 0, 1, 100).warnings();
      assertThat(kinds(warnings))
          .isEqualTo(first == 0.9f ? List.of("vanishing gradients") : List.of());
    }
  }

  @Test
  void gradientsExplodeBeyondTenTimesTheMedianOfTheRoundsBefore() {
    Diagnosis diagnosis = new Diagnosis(List.of(GRADIENT), LAYERS, List.of());
    for (int round = 0; round < 5; round++) {
      assertThat(diagnosis.roundEnded(gradient(GRADIENT, "a", 2 + round % 2))).isEmpty();
    }
    assertThat(diagnosis.roundEnded(gradient(GRADIENT, "a", 19))).isEmpty();
    assertThat(diagnosis.roundEnded(new Measures().add("loss", 1, 1))).isEmpty();
    List<Warning> now = diagnosis.roundEnded(gradient(GRADIENT, "a", 26));
    assertThat(kinds(now)).containsExactly("exploding gradients");
    assertThat(now.get(0).found()).isEqualTo("the gradient's norm is 13.0, 10 times its median.");
    assertThat(diagnosis.roundEnded(gradient(GRADIENT, "a", 400))).as("said once").isEmpty();
    DiagnosedEpoch epoch = diagnosis.epochEnded(1, Optional.empty(), 0, 1, 100);
    assertThat(epoch.warnings())
        .as("the worst of the epoch")
        .extracting(Warning::found)
        .containsExactly("the gradient's norm is 200, 133 times its median.");
    assertThat(epoch.updates()).isEqualTo(8);
    assertThat(epoch.share()).isEqualTo(0.01);
    assertThat(epoch.rounds().get("gradient-norm"))
        .containsExactly(1.0, 1.5, 1.0, 1.5, 1.0, 9.5, 13.0, 200.0);

    Diagnosis resumed = new Diagnosis(List.of(GRADIENT), LAYERS, List.of(epoch));
    assertThat(resumed.roundEnded(gradient(GRADIENT, "a", 31))).as("median 1.5").hasSize(1);
  }

  @Test
  void aGradientThatIsNotFiniteExplodes() {
    Diagnosis diagnosis = new Diagnosis(List.of(GRADIENT), LAYERS, List.of());
    List<Warning> now = diagnosis.roundEnded(gradient(GRADIENT, "a", Float.POSITIVE_INFINITY));
    assertThat(now.get(0).found()).isEqualTo("the gradient is not finite.");
  }

  @Test
  void updatesAreHeldAgainstTheWeights() {
    Map<String, Double> figures =
        only(RATIO, update(RATIO, "a", -4, -3.5f).add(gradient(RATIO, "a", 4)));
    assertThat(figures).containsEntry("ratio", 0.125).containsEntry("norm", 0.5);
    assertThat(figures).containsEntry("gradient_ratio", 0.5);
    assertThat(only(RATIO, update(RATIO, "a", 0, 1).add(gradient(RATIO, "a", 2))))
        .containsEntry("ratio", Double.NaN)
        .containsEntry("gradient_ratio", Double.NaN);
    assertThat(only(new WeightNorm(), update(new WeightNorm(), "a", -4, 0)))
        .containsEntry("norm", 4.0);
  }

  @Test
  void ratesAreTooHighOrTooLow() {
    assertThat(rates(1, 1.11f, 1)).containsExactly("rate too high");
    assertThat(rates(1, 1.09f, 1)).isEmpty();
    assertThat(rates(1, 1 + 2e-6f, 1)).containsExactly("rate too low");
    assertThat(rates(1, 1 + 2e-5f, 1)).isEmpty();
    assertThat(rates(1, 1 + 2e-6f, 1e-4f)).as("for want of a gradient").isEmpty();
  }

  private static List<String> rates(float before, float after, float gradient) {
    Diagnosis diagnosis = new Diagnosis(List.of(RATIO), LAYERS, List.of());
    Measures read = update(RATIO, "a", before, after).add(gradient(RATIO, "a", gradient));
    diagnosis.roundEnded(read);
    return kinds(diagnosis.epochEnded(1, Optional.empty(), 0, 1, 100).warnings());
  }

  @Test
  void aRateThatHasFallenIsNotTooLow() {
    Diagnosis diagnosis = new Diagnosis(List.of(RATIO), LAYERS, List.of());
    diagnosis.roundEnded(update(RATIO, "a", 1, 1.01f).add(gradient(RATIO, "a", 1)));
    diagnosis.epochEnded(1, Optional.empty(), 0, 1, 100);
    diagnosis.roundEnded(update(RATIO, "a", 1, 1 + 2e-6f).add(gradient(RATIO, "a", 1)));
    assertThat(diagnosis.epochEnded(2, Optional.empty(), 0, 1, 100).warnings()).isEmpty();
  }

  @Test
  void binsArePowersOfTwoBySign() {
    GradientHistogram histogram = new GradientHistogram();
    Measures read = gradient(histogram, "a", 2, 3.9f, 4, -1, 0, 1e-30f);
    assertThat(only(histogram, read))
        .containsExactly(
            Map.entry("-2^-1", 1.0),
            Map.entry("0", 2.0),
            Map.entry("2^0", 2.0),
            Map.entry("2^1", 1.0));
    assertThat(Bins.value("-2^-3")).isEqualTo(-0.125);
    WeightHistogram weights = new WeightHistogram();
    assertThat(only(weights, update(weights, "a", -3, 5))).containsExactly(Map.entry("-2^1", 1.0));
  }

  @Test
  void sumsByChannelAreTheSameInEitherLayout() {
    float[] rows = {1, 0, 2, 0, 3, 0, 4, -0.0f};
    ChannelSums byRow = new ChannelSums(2);
    byRow.addRows(FloatBuffer.wrap(rows));
    ChannelSums byPlane = new ChannelSums(2);
    byPlane.addPlanes(FloatBuffer.wrap(new float[] {1, 2, 0, 0}), 2);
    ChannelSums rest = new ChannelSums(2);
    rest.addPlanes(FloatBuffer.wrap(new float[] {3, 4, 0, 0}), 2);
    for (ChannelSums each : List.of(byRow, byPlane.plus(rest))) {
      assertThat(each.mean(0)).isEqualTo(2.5);
      assertThat(each.variance(0)).isEqualTo(1.25);
      assertThat(each.isDead(0)).isFalse();
      assertThat(each.isDead(1)).isTrue();
      assertThat(each.deadShare()).isEqualTo(0.5);
      assertThat(each.zeroShare()).isEqualTo(0.5);
      assertThat(each.mean()).isEqualTo(1.25);
      assertThat(each.deviation()).isCloseTo(Math.sqrt(30.0 / 8 - 1.5625), within(1e-12));
    }
  }

  /** The mean of sixty squares of 0.1 is less than the square of their mean, in its last bit. */
  @Test
  void aConstantChannelHasNoVariance() {
    float[] values = new float[60];
    Arrays.fill(values, 0.1f);
    ChannelSums constant = new ChannelSums(1);
    constant.addRows(FloatBuffer.wrap(values));
    assertThat(constant.variance(0)).isZero();
    assertThat(constant.deviation()).isZero();
    ChannelSums two = new ChannelSums(1);
    two.addRows(FloatBuffer.wrap(new float[] {0, 1}));
    assertThat(two.variance(0)).isEqualTo(0.25);
    assertThat(two.deviation()).isEqualTo(0.5);
  }
}
