package io.millrace.model.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.config.ChoiceSamples;
import io.millrace.config.Choices;
import io.millrace.random.Keys;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.UniformRealDistribution;
import org.apache.commons.math3.special.Erf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Deviations, bounds and matrices held against PyTorch's. */
class InitializerOracleTest {
  private static final List<String> GAINS =
      List.of("linear", "sigmoid", "tanh", "relu", "leaky_relu_0.01", "leaky_relu_0.2", "selu");

  private static JsonNode table(String name) throws IOException {
    return new ObjectMapper().readTree(InitializerOracleTest.class.getResource("/oracles/" + name));
  }

  /** A shape of the table with a gain. */
  record Case(JsonNode of, String gain) {
    Gain kind() {
      return gain.startsWith("leaky")
          ? Gain.LEAKY_RELU
          : Gain.valueOf(gain.toUpperCase(Locale.ROOT));
    }

    Double slope() {
      return kind() == Gain.LEAKY_RELU ? Double.valueOf(gain.substring(11)) : null;
    }

    double value(String key) {
      return of.get("gain_" + gain).get(key).asDouble();
    }

    double factor() {
      return value("gain");
    }

    WeightShape shape() {
      return InitializerOracleTest.shape(of);
    }

    double test(String key) {
      return of.get("tests").get(key).asDouble();
    }

    boolean grouped() {
      return of.get("groups").asInt() > 1;
    }

    float[] drawn(Initializer initializer) {
      return InitializerOracleTest.drawn(initializer, shape(), 11);
    }

    @Override
    public String toString() {
      return of.get("what").asText() + " " + of.get("shape") + " " + gain;
    }
  }

  private static WeightShape shape(JsonNode one) {
    JsonNode shape = one.get("shape");
    long out = shape.get(0).asLong();
    long in = shape.get(1).asLong();
    return shape.size() == 2
        ? WeightShape.matrix(WeightShape.Kind.DENSE, out, in)
        : WeightShape.convolution(
            out, in, shape.get(2).asLong() * shape.get(3).asLong(), one.get("groups").asLong());
  }

  private static float[] drawn(Initializer initializer, WeightShape shape, long seed) {
    float[] values = new float[Math.toIntExact(shape.outputs() * shape.fanIn())];
    initializer.fill(values, shape, new Random(Keys.of(seed, "layer.W")));
    return values;
  }

  static Stream<Case> cases() throws IOException {
    return rows()
        .filter(shape -> shape.has("fan_in"))
        .flatMap(shape -> GAINS.stream().map(gain -> new Case(shape, gain)));
  }

  private static Stream<JsonNode> rows() throws IOException {
    JsonNode shapes = table("initializers_recipe.json").get("shapes");
    return StreamSupport.stream(shapes.spliterator(), false);
  }

  /** The row of the table without fans, a bias. */
  @Test
  void whatHasNoFansIsNotTaken() throws IOException {
    List<JsonNode> without = rows().filter(shape -> !shape.has("fan_in")).toList();
    assertThat(without).hasSize(1);
    WeightShape bias = WeightShape.none(without.get(0).get("shape").get(0).asLong());
    for (Initializer each : ChoiceSamples.of(Initializer.class)) {
      boolean plain =
          Set.of("normal", "truncated-normal", "uniform", "constant", "configured")
              .contains(Choices.nameOf(each.getClass()));
      assertThat(each.takes(bias)).as(each.toString()).isEqualTo(plain);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void fansDeviationsAndBoundsAreThoseOfTheTable(Case one) {
    WeightShape shape = one.shape();
    assertThat(shape.fanIn()).isEqualTo(one.of.get("fan_in").asLong());
    assertThat(shape.fanOut()).isEqualTo(one.of.get("fan_out_by_group").asLong());
    Gain gain = one.kind();
    Double slope = one.slope();
    double in = one.value("kaiming_normal_fan_in_std");
    double out = one.value("kaiming_normal_fan_out_by_group_std");
    near(new KaimingNormal(Fan.IN, gain, slope).deviation(shape), in);
    near(new KaimingNormal(Fan.OUT, gain, slope).deviation(shape), out);
    near(
        new KaimingUniform(Fan.IN, gain, slope).bound(shape),
        one.value("kaiming_uniform_fan_in_bound"));
    near(new KaimingUniform(Fan.OUT, gain, slope).bound(shape), Math.sqrt(3) * out);
    // The table's Xavier counts the fan out of all groups: ours by the fans of the table.
    double fans = one.of.get("fan_in").asDouble() + one.of.get("fan_out_by_group").asDouble();
    double xavier =
        one.grouped() ? one.factor() * Math.sqrt(2 / fans) : one.value("xavier_normal_std");
    near(new XavierNormal(gain, slope).deviation(shape), xavier);
    near(
        new XavierUniform(gain, slope).bound(shape),
        one.grouped() ? Math.sqrt(3) * xavier : one.value("xavier_uniform_bound"));
    if (one.gain.equals("leaky_relu_0.01")) {
      near(new XavierNormal(gain, null).deviation(shape), xavier);
    }
    if (!one.grouped()) {
      near(
          new KaimingUniform(Fan.OUT, gain, slope).bound(shape),
          one.value("kaiming_uniform_fan_out_bound"));
    }
  }

  private static void near(double value, double expected) {
    assertThat(value).isCloseTo(expected, within(1e-12 * expected));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void normalNumbersHaveThatDeviation(Case one) {
    WeightShape shape = one.shape();
    var kaiming = new KaimingNormal(Fan.IN, one.kind(), one.slope());
    var xavier = new XavierNormal(one.kind(), one.slope());
    normal(one, one.drawn(kaiming), kaiming.deviation(shape));
    normal(one, one.drawn(xavier), xavier.deviation(shape));
  }

  private static void normal(Case one, float[] values, double deviation) {
    double tolerance = one.test("normal_std_relative_tolerance_4_sigma") * deviation;
    assertThat(mean(values))
        .isCloseTo(0, within(one.test("mean_tolerance_in_std_4_sigma") * deviation));
    assertThat(deviation(values)).isCloseTo(deviation, within(tolerance));
    follows(values, new NormalDistribution(0, deviation)::cumulativeProbability);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void uniformNumbersFillTheirBounds(Case one) {
    WeightShape shape = one.shape();
    var kaiming = new KaimingUniform(Fan.IN, one.kind(), one.slope());
    var xavier = new XavierUniform(one.kind(), one.slope());
    uniform(one, one.drawn(kaiming), kaiming.bound(shape));
    uniform(one, one.drawn(xavier), xavier.bound(shape));
  }

  private static void uniform(Case one, float[] values, double bound) {
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(largest)
        .isBetween(bound * one.test("uniform_max_abs_at_least_share_of_bound"), bound * (1 + 1e-7));
    double deviation = bound / Math.sqrt(3);
    double tolerance = one.test("normal_std_relative_tolerance_4_sigma") * deviation;
    assertThat(deviation(values)).isCloseTo(deviation, within(tolerance));
    follows(values, new UniformRealDistribution(-bound, bound)::cumulativeProbability);
  }

  @Test
  void theFirstTableSaysTheSame() throws IOException {
    for (JsonNode one : table("initializers.json")) {
      JsonNode dims = one.get("shape");
      long out = dims.get(0).asLong();
      long in = dims.get(1).asLong();
      WeightShape shape =
          dims.size() == 2
              ? WeightShape.matrix(WeightShape.Kind.DENSE, out, in)
              : WeightShape.convolution(out, in, dims.get(2).asLong() * dims.get(3).asLong(), 1);
      assertThat(shape.fanIn()).isEqualTo(one.get("fan_in").asLong());
      assertThat(shape.fanOut()).isEqualTo(one.get("fan_out").asLong());
      near(
          new KaimingNormal(Fan.OUT, Gain.RELU, null).deviation(shape),
          one.get("kaiming_normal_fan_out_std").asDouble());
      near(
          new KaimingNormal(Fan.IN, Gain.RELU, null).deviation(shape),
          one.get("kaiming_normal_fan_in_std").asDouble());
      near(
          new KaimingUniform(Fan.IN, Gain.RELU, null).bound(shape),
          one.get("kaiming_uniform_fan_in_bound").asDouble());
      near(
          new XavierNormal(Gain.LINEAR, null).deviation(shape),
          one.get("xavier_normal_std").asDouble());
      near(
          new XavierUniform(Gain.LINEAR, null).bound(shape),
          one.get("xavier_uniform_bound").asDouble());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void pyTorchsLayersStartWithinOneOverTheRootOfFanIn(Case one) {
    double bound = one.of.get("torch_default_layer_bound").asDouble();
    near(new KaimingUniform(Fan.IN, Gain.LEAKY_RELU, Math.sqrt(5)).bound(one.shape()), bound);
    if (one.shape().kind() == WeightShape.Kind.DENSE) {
      uniform(one, one.drawn(new Kaiming()), bound);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anOrthogonalMatrixTimesItselfIsTheSquareOfTheGain(Case one) {
    JsonNode said = one.of.get("orthogonal");
    WeightShape shape = one.shape();
    assertThat(shape.outputs()).isEqualTo(said.get("rows").asLong());
    assertThat(shape.fanIn()).isEqualTo(said.get("columns").asLong());
    float[] values = one.drawn(new Orthogonal(one.kind(), one.slope()));
    int rows = said.get("rows").asInt();
    int columns = said.get("columns").asInt();
    boolean byRows = said.get("which").asText().startsWith("Q Q^T");
    int size = said.get("size").asInt();
    int other = byRows ? columns : rows;
    for (int a = 0; a < size; a++) {
      for (int b = 0; b <= a; b++) {
        double product = 0;
        for (int i = 0; i < other; i++) {
          double left = values[byRows ? shape.index(a, i) : shape.index(i, a)];
          product += left * values[byRows ? shape.index(b, i) : shape.index(i, b)];
        }
        double expected = a == b ? one.factor() * one.factor() : 0;
        double tolerance = said.get("tolerance_max_abs").asDouble();
        assertThat(product).as("%d, %d", a, b).isCloseTo(expected, within(tolerance));
      }
    }
  }

  /** Of the QRs of a matrix, the one whose R has a positive diagonal: the others favour a sign. */
  @Test
  void anOrthogonalMatrixIsTheQOfItsNumbers() {
    int rows = 12;
    int columns = 5;
    WeightShape shape = WeightShape.matrix(WeightShape.Kind.DENSE, rows, columns);
    float[] q = drawn(new Orthogonal(Gain.LINEAR, null), shape, 3);
    Random random = new Random(Keys.of(3, "layer.W"));
    double[][] a = new double[rows][columns];
    for (double[] row : a) {
      Arrays.setAll(row, i -> random.nextGaussian());
    }
    for (int j = 0; j < columns; j++) {
      for (int k = 0; k <= j; k++) {
        double r = 0;
        for (int i = 0; i < rows; i++) {
          r += q[shape.index(i, j)] * a[i][k];
        }
        if (j == k) {
          assertThat(r).isPositive();
        } else {
          assertThat(r).isCloseTo(0, within(1e-6));
        }
      }
    }
  }

  static Stream<Arguments> truncated() {
    return Stream.of(
        Arguments.of(new TruncatedNormal(0, 0.02, 2), 0.8796256610342398),
        Arguments.of(new TruncatedNormal(1, 0.5, 1), 0.5395600937548969),
        Arguments.of(new TruncatedNormal(-3, 2, 3), 0.9865783925581086));
  }

  /**
   * Numbers cut off at c deviations have {@code sqrt(1 - 2 c phi(c) / (2 Phi(c) - 1))} of the
   * deviation.
   */
  @ParameterizedTest
  @MethodSource("truncated")
  void aTruncatedNormalHasNoTailsAndElseTheShapeOfOne(TruncatedNormal how, double share) {
    float[] values = drawn(how, WeightShape.none(40_000), 7);
    double reach = how.cut() * how.deviation();
    NormalDistribution whole = new NormalDistribution(how.mean(), how.deviation());
    double below = whole.cumulativeProbability(how.mean() - reach);
    for (float value : values) {
      assertThat(Math.abs(value - how.mean())).isLessThanOrEqualTo(reach * (1 + 1e-6));
    }
    follows(values, x -> (whole.cumulativeProbability(x) - below) / (1 - 2 * below));
    assertThat(deviation(values))
        .isCloseTo(share * how.deviation(), within(0.015 * how.deviation()));
  }

  @Test
  void plainNumbersAreWhatTheyAreCalled() {
    WeightShape shape = WeightShape.none(40_000);
    follows(
        drawn(new Normal(0.5, 0.1), shape, 1),
        new NormalDistribution(0.5, 0.1)::cumulativeProbability);
    float[] uniform = drawn(new Uniform(-1, 3), shape, 1);
    follows(uniform, new UniformRealDistribution(-1, 3)::cumulativeProbability);
    assertThat(mean(uniform)).isCloseTo(1, within(4 * 4 / Math.sqrt(12 * 40_000)));
    assertThat(drawn(new Constant(-4.6), shape, 1)).containsOnly(-4.6f);
    assertThat(drawn(new Configured(), shape, 1)).containsOnly(0f);
  }

  @Test
  void uniformHasItsLowestValueAndNotItsHighest() {
    float[] value = new float[1];
    Uniform uniform = new Uniform(0, 1);
    uniform.fill(value, WeightShape.none(1), () -> 0L);
    assertThat(value).containsExactly(0f);
    uniform.fill(value, WeightShape.none(1), () -> -1L); // 1 - 2^-53, the next float is 1
    assertThat(value).containsExactly(Math.nextDown(1f));
  }

  @Test
  void truncatedNormalEndsAtItsCutsInTheirOrder() {
    float[] value = new float[1];
    TruncatedNormal how = new TruncatedNormal(1, 0.5, 2);
    how.fill(value, WeightShape.none(1), () -> 0L);
    assertThat(value[0]).isCloseTo(0f, within(1e-6f));
    how.fill(value, WeightShape.none(1), () -> -1L);
    assertThat(value[0]).isCloseTo(2f, within(1e-6f));
  }

  /** Fails by chance once in a thousand seeds. */
  private static void follows(float[] values, DoubleUnaryOperator share) {
    double[] sorted = new double[values.length];
    Arrays.setAll(sorted, i -> values[i]);
    Arrays.sort(sorted);
    double distance = 0;
    for (int i = 0; i < sorted.length; i++) {
      double expected = share.applyAsDouble(sorted[i]);
      distance = Math.max(distance, Math.abs(expected - (double) i / sorted.length));
      distance = Math.max(distance, Math.abs(expected - (i + 1.0) / sorted.length));
    }
    assertThat(distance * Math.sqrt(sorted.length)).isLessThan(1.95);
  }

  private static double mean(float[] values) {
    double mean = 0;
    for (float value : values) {
      mean += (double) value / values.length;
    }
    return mean;
  }

  private static double deviation(float[] values) {
    double mean = mean(values);
    double squares = 0;
    for (float value : values) {
      squares += (value - mean) * (value - mean) / values.length;
    }
    return Math.sqrt(squares);
  }

  /** Where erf is rounded to nearly 1, the inverse of its end is far off, or infinite. */
  @Test
  void theEndOfATruncatedNormalIsItsCutHoweverFarThatIs() {
    boolean beyond = false;
    for (double cut = 7; cut < 9; cut += 1.0 / 64) {
      float[] value = new float[1];
      new TruncatedNormal(0, 1, cut).fill(value, WeightShape.none(1), () -> 0);
      assertThat((double) -value[0]).as("cut %s", cut).isLessThanOrEqualTo(cut);
      beyond |= -Math.sqrt(2) * Erf.erfInv(-Erf.erf(cut / Math.sqrt(2))) > cut + 1e-3;
    }
    assertThat(beyond).isTrue();
  }

  /** As many as the matrix has, whichever way it is longer. */
  @Test
  void anOrthogonalMatrixIsMadeOfOneNormalNumberAnElement() {
    for (long[] shape : new long[][] {{2, 5}, {5, 2}, {3, 3}}) {
      int[] drawn = {0};
      Random counted =
          new Random(1) {
            private static final long serialVersionUID = 1;

            @Override
            public double nextGaussian() {
              drawn[0]++;
              return super.nextGaussian();
            }
          };
      WeightShape matrix = WeightShape.matrix(WeightShape.Kind.DENSE, shape[0], shape[1]);
      new Orthogonal(Gain.LINEAR, null)
          .fill(new float[(int) (shape[0] * shape[1])], matrix, counted);
      assertThat(drawn[0]).isEqualTo((int) (shape[0] * shape[1]));
    }
  }
}
