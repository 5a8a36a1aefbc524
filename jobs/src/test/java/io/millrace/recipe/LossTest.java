package io.millrace.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.model.ClassOutput;
import io.millrace.recipe.NamedWeights.ClassWeight;
import io.millrace.settings.OneOf;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** What every loss must do, and how it comes into an output layer. */
class LossTest {
  private static final int CLASSES = 5;

  static List<Loss> losses() {
    return LossOracleTest.all();
  }

  @Test
  void everyLossOfTheListHasATable() {
    Set<Class<?>> tested = losses().stream().map(Object::getClass).collect(Collectors.toSet());
    assertThat(tested).containsExactlyInAnyOrder(Loss.class.getAnnotation(OneOf.class).value());
  }

  @ParameterizedTest
  @MethodSource("losses")
  void theGradientIsTheSlopeOfTheLoss(Loss loss) {
    Random random = new Random(4);
    double h = 1e-5;
    for (int trial = 0; trial < 20; trial++) {
      double[] z = random.doubles(CLASSES, -4, 4).toArray();
      double[] t = random.doubles(CLASSES, 0.01, 0.3).toArray();
      double[] w = random.doubles(CLASSES, 0, 3).toArray();
      double[] gradient = new double[CLASSES];
      loss.of(t, z, w, gradient);
      for (int k = 0; k < CLASSES; k++) {
        double[] up = z.clone();
        double[] down = z.clone();
        up[k] += h;
        down[k] -= h;
        double[] unused = new double[CLASSES];
        double slope = (loss.of(t, up, w, unused) - loss.of(t, down, w, unused)) / (2 * h);
        assertThat(gradient[k]).isEqualTo(slope, within(1e-7));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void noFiniteLogitMakesItInfinite(Loss loss) {
    double[] ones = ones();
    for (double far : new double[] {40, 800, 1e30, -40, -800, -1e30}) {
      for (int label = 0; label < 2; label++) {
        double[] t = new double[CLASSES];
        t[label] = 1;
        double[] gradient = new double[CLASSES];
        double value = loss.of(t, new double[] {far, 0, 1, 2, -3}, ones, gradient);
        assertThat(value).isFinite().isNotNegative();
        assertThat(gradient).doesNotContain(Double.NaN).satisfies(LossTest::finite);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void aLogitThatIsNoNumberMakesTheLossNone(Loss loss) {
    double[] z = {0, Double.NaN, 1, 2, 3};
    assertThat(loss.of(new double[] {1, 0, 0, 0, 0}, z, ones(), new double[CLASSES])).isNaN();
  }

  @Test
  void focalLossOfGammaZeroIsCrossEntropy() {
    double[] z = {0.3, -2, 1, 4, 0};
    double[] t = {0.1, 0.2, 0, 0.7, 0};
    double[] focal = new double[CLASSES];
    double[] entropy = new double[CLASSES];
    assertThat(new Focal(0).of(t, z, ones(), focal))
        .isEqualTo(new CrossEntropy().of(t, z, ones(), entropy), within(1e-14));
    assertThat(focal).containsExactly(entropy, within(1e-14));
  }

  @Test
  void weightsByFrequencyHaveTheMeanOneOverTheExamples() {
    List<Long> counts = List.of(10L, 30L, 60L);
    List<Double> weights = new FrequencyWeights().of(List.of("a", "b", "c"), counts);
    assertThat(weights).containsExactly(100 / 30.0, 100 / 90.0, 100 / 180.0);
    double mean = 0;
    for (int k = 0; k < 3; k++) {
      mean += counts.get(k) * weights.get(k) / 100;
    }
    assertThat(mean).isEqualTo(1, within(1e-14));
    assertThatThrownBy(() -> new FrequencyWeights().of(List.of("a", "b"), List.of(3L, 0L)))
        .hasMessage(
            "Invalid loss.classWeights: frequency (must have an example of every class in train, it"
                + " has none of b)");
  }

  @Test
  void givenWeightsGoByOrderOrByName() {
    List<String> names = List.of("a", "b", "c");
    List<Long> counts = List.of(1L, 1L, 1L);
    assertThat(new GivenWeights(List.of(1.0, 0.0, 2.0)).of(names, counts))
        .containsExactly(1.0, 0.0, 2.0);
    assertThat(new NamedWeights(List.of(new ClassWeight("b", 3))).of(names, counts))
        .containsExactly(1.0, 3.0, 1.0);
    assertThatThrownBy(() -> new GivenWeights(List.of(1.0)).of(names, counts))
        .hasMessage("Invalid loss.classWeights: 1 weights (must be one for each of 3 classes)");
    assertThatThrownBy(() -> new NamedWeights(List.of(new ClassWeight("d", 3))).of(names, counts))
        .hasMessage("Invalid loss.classWeights: d (must be a class of the set)");
  }

  @Test
  void theOutputLayerSeesRowsInEitherOrderAndNothingIsDividedByThem() {
    Objective objective = new Objective(new Focal(2), List.of(1.0, 2.0, 3.0, 1.0, 0.5));
    INDArray logits = Nd4j.rand(7, CLASSES).muli(4).subi(2);
    INDArray targets = Nd4j.rand(7, CLASSES);
    RowLoss loss = new RowLoss(objective);
    double sum = 0;
    INDArray gradient = loss.computeGradient(targets.dup('f'), logits.dup('f'), null, null);
    assertThat(gradient).isEqualTo(loss.computeGradient(targets, logits, null, null));
    INDArray each = loss.computeScoreArray(targets, logits, null, null);
    double[] w = {1, 2, 3, 1, 0.5};
    for (int row = 0; row < 7; row++) {
      double[] slope = new double[CLASSES];
      double[] t = targets.getRow(row).toDoubleVector();
      double own = new Focal(2).of(t, logits.getRow(row).toDoubleVector(), w, slope);
      sum += own;
      assertThat(each.getDouble(row, 0)).isEqualTo(own, within(1e-5));
      assertThat(gradient.getRow(row).toDoubleVector()).containsExactly(slope, within(1e-6));
    }
    assertThat(loss.computeScore(targets, logits, null, null, false)).isEqualTo(sum, within(1e-9));
    assertThat(loss.computeScore(targets, logits, null, null, true))
        .isEqualTo(sum / 7, within(1e-9));
    var both = loss.computeGradientAndScore(targets, logits, null, null, false);
    assertThat(both.getFirst()).isEqualTo(sum, within(1e-9));
    assertThat(both.getSecond()).isEqualTo(gradient);
  }

  @Test
  void targetsOfAnotherShapeAndMasksAreRefused() {
    RowLoss loss = new RowLoss(new Objective(new Focal(2), List.of()));
    INDArray logits = Nd4j.rand(3, CLASSES);
    assertThatThrownBy(() -> loss.computeScore(Nd4j.rand(3, 4), logits, null, null, false))
        .hasMessage("Cannot train on targets of shape [3, 4] (must be [3, 5])");
    RowLoss taught = new RowLoss(new Objective(new Focal(2), List.of(), new Distillation(2, 0.5)));
    assertThatThrownBy(() -> taught.computeScore(logits, logits, null, null, false))
        .hasMessage("Cannot train on targets of shape [3, 5] (must be [3, 10])");
    assertThatThrownBy(() -> loss.computeScore(logits, logits, null, Nd4j.ones(3), false))
        .hasMessage("Cannot train by this loss: examples are masked");
  }

  @Test
  void aTeachersLogitsAreReadBehindTheTargets() {
    Distillation distillation = new Distillation(3, 0.25);
    RowLoss loss = new RowLoss(new Objective(new Focal(2), List.of(), distillation));
    INDArray logits = Nd4j.rand(4, CLASSES).muli(4);
    INDArray both = Nd4j.rand(4, 2 * CLASSES);
    INDArray gradient = loss.computeGradient(both, logits, null, null);
    for (int row = 0; row < 4; row++) {
      double[] all = both.getRow(row).toDoubleVector();
      double[] z = logits.getRow(row).toDoubleVector();
      double[] slope = new double[CLASSES];
      double hard = new Focal(2).of(Arrays.copyOf(all, CLASSES), z, ones(), slope);
      double[] teacher = Arrays.copyOfRange(all, CLASSES, 2 * CLASSES);
      double whole = distillation.of(hard, teacher, z, slope);
      assertThat(gradient.getRow(row).toDoubleVector()).containsExactly(slope, within(1e-6));
      assertThat(loss.computeScoreArray(both, logits, null, null).getDouble(row, 0))
          .isEqualTo(whole, within(1e-4));
    }
  }

  @Test
  void settingsOfDistillationOutsideTheirRangeAreRefused() {
    assertThatThrownBy(() -> new Distillation(0, 0.5))
        .hasMessage("Invalid temperature: 0.0 (must be a finite number > 0)");
    assertThatThrownBy(() -> new Distillation(1, Double.NaN))
        .hasMessage("Invalid hardWeight: NaN (must be 0 to 1)");
  }

  @Test
  void plainCrossEntropyLeavesEveryOutputLayerAlone() {
    for (LossFunction loss : List.of(LossFunction.MCXENT, LossFunction.MSE)) {
      OutputLayer layer = output(loss, Activation.SOFTMAX);
      ILossFunction own = layer.getLossFn();
      Objective.STOCK.train(new ClassOutput("out", layer));
      assertThat(layer.getLossFn()).isSameAs(own);
    }
  }

  @Test
  void anotherLossTakesThePlaceOfCrossEntropyOnSoftmaxAlone() {
    Objective focal = new Objective(new Focal(2), List.of());
    Objective weighted = new Objective(new CrossEntropy(), List.of(1.0, 2.0));
    for (Objective objective : List.of(focal, weighted)) {
      OutputLayer layer = output(LossFunction.MCXENT, Activation.SOFTMAX);
      objective.train(new ClassOutput("out", layer));
      assertThat(layer.getLossFn()).isInstanceOf(RowLoss.class);
    }
    LossLayer alone =
        new LossLayer.Builder(LossFunction.NEGATIVELOGLIKELIHOOD)
            .activation(Activation.SOFTMAX)
            .build();
    focal.train(new ClassOutput("out", alone));
    assertThat(alone.getLossFn()).isInstanceOf(RowLoss.class);
    refused(
        focal, output(LossFunction.MSE, Activation.SOFTMAX), "OutputLayer of LossMSE() on softmax");
    refused(
        focal,
        output(LossFunction.XENT, Activation.SIGMOID),
        "OutputLayer of LossBinaryXENT() on sigmoid");
    OutputLayer own = output(LossFunction.MCXENT, Activation.SOFTMAX);
    own.setLossFn(new LossMCXENT(Nd4j.ones(2)));
    assertThatThrownBy(() -> focal.train(new ClassOutput("out", own)))
        .hasMessageContaining("OutputLayer of LossMCXENT");
    assertThatThrownBy(() -> focal.train(new ClassOutput("sum", null)))
        .hasMessageEndingWith("a network with a loss of its own: sum, no layer)");
  }

  private static void refused(Objective objective, OutputLayer layer, String words) {
    assertThatThrownBy(() -> objective.train(new ClassOutput("out", layer)))
        .hasMessage(
            "Invalid loss: Focal[gamma=2.0] (must be plain cross entropy for a network with a loss"
                + " of its own: out, "
                + words
                + ")");
  }

  private static OutputLayer output(LossFunction loss, Activation activation) {
    return new OutputLayer.Builder(loss).activation(activation).nIn(1).nOut(2).build();
  }

  private static double[] ones() {
    double[] ones = new double[CLASSES];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static void finite(double[] values) {
    assertThat(Arrays.stream(values).allMatch(Double::isFinite)).isTrue();
  }
}
