package io.millrace.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Losses at ends of their range and under weights, which the tables do not have. */
class LossByHandTest {
  @Test
  void aSoftmaxOfAnyLogitsIsFinite() {
    double[] out = new double[2];
    Softmax.logarithms(new double[] {-2000, -2001}, 1, out);
    double[] far = {-Math.log1p(Math.exp(-1)), -1 - Math.log1p(Math.exp(-1))};
    assertThat(out).containsExactly(far, within(1e-12));
    Softmax.logarithms(new double[] {10, 9}, 1e-3, out);
    assertThat(out).containsExactly(new double[] {0, -1000}, within(1e-9));
  }

  @Test
  void aTeacherThatIsCertainIsAHardTarget() {
    double[] logits = {0.5, 1, -1};
    double[] logP = new double[3];
    Softmax.logarithms(logits, 1, logP);
    double[] slope = {9, 9, 9};
    double loss = new Distillation(1, 0).of(7, new double[] {3000, 0, 0}, logits, slope);
    assertThat(loss).isEqualTo(-logP[0], within(1e-15));
    assertThat(slope)
        .containsExactly(
            new double[] {Math.exp(logP[0]) - 1, Math.exp(logP[1]), Math.exp(logP[2])},
            within(1e-15));
  }

  @Test
  void weightsAreFactorsOfTheMeanOverClasses() {
    double[] slope = new double[2];
    double loss =
        new BinaryCrossEntropy(null, BinaryCrossEntropy.Over.MEAN)
            .of(new double[] {1, 0}, new double[] {0, 0}, new double[] {3, 5}, slope);
    assertThat(loss).isEqualTo((3 + 5) / 2.0 * Math.log(2), within(1e-15));
    assertThat(slope).containsExactly(-0.5 * 3 / 2, 0.5 * 5 / 2);
  }

  @Test
  void sigmoidsAreSaidToBeSigmoids() {
    assertThat(new SigmoidFocal(2, 0.25).isOfSigmoids()).isTrue();
    assertThat(new BinaryCrossEntropy(null, BinaryCrossEntropy.Over.MEAN).isOfSigmoids()).isTrue();
    assertThat(new Focal(2).isOfSigmoids()).isFalse();
  }

  @Test
  void lossesOfRowsAreAColumnOfFp32() {
    RowLoss loss = new RowLoss(new Objective(new Focal(2), List.of()));
    INDArray each = loss.computeScoreArray(Nd4j.ones(7, 5), Nd4j.ones(7, 5), null, null);
    assertThat(each.shape()).containsExactly(7, 1);
    assertThat(each.dataType()).isEqualTo(DataType.FLOAT);
  }

  @Test
  void aTeachersLogitsAreReadByTheirStrides() {
    RowLoss loss = new RowLoss(new Objective(new Focal(2), List.of(), new Distillation(3, 0.25)));
    INDArray logits = Nd4j.rand(4, 5).muli(4);
    INDArray both = Nd4j.rand(4, 10);
    assertThat(loss.computeGradient(both.dup('f'), logits.dup('f'), null, null))
        .isEqualTo(loss.computeGradient(both, logits, null, null));
  }

  @Test
  void aThresholdLiesBetweenTheTargetsOfTheLabelAndOfTheOthers() {
    BinaryCrossEntropy loss = new BinaryCrossEntropy(0.2, BinaryCrossEntropy.Over.MEAN);
    loss.check(0.91, 0.01);
    loss.check(0.8, 0.2);
    assertThatThrownBy(() -> loss.check(0.2, 0.1))
        .hasMessage(
            "Invalid loss.threshold: 0.2 (must be >= 0.1, the target of other classes, and < 0.2,"
                + " that of the label)");
    assertThatThrownBy(() -> loss.check(0.5, 0.25))
        .hasMessageStartingWith("Invalid loss.threshold");
    new BinaryCrossEntropy(null, BinaryCrossEntropy.Over.MEAN).check(0.5, 0.5);
    new CrossEntropy().check(0.5, 0.5);
  }
}
