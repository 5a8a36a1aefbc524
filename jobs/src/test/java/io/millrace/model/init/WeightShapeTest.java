package io.millrace.model.init;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.init.WeightShape.Kind;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class WeightShapeTest {
  private static INDArray zeros(char order, long... shape) {
    return Nd4j.createUninitialized(DataType.FLOAT, shape, order).assign(0);
  }

  @Test
  void aKernelThatIsNoSquareCountsBothItsSides() {
    var layer = new DepthwiseConvolution2D.Builder(2, 3).depthMultiplier(5).nIn(4).build();
    WeightShape shape = WeightShape.of(layer, "W", zeros('c', 2, 3, 4, 5));
    assertThat(shape).isEqualTo(new WeightShape(Kind.CONVOLUTION, 6, 20, 1, 6, 4));
    assertThat(shape.fanIn()).isEqualTo(6);
    assertThat(shape.fanOut()).isEqualTo(30);
  }

  /** Whichever of its axes lies side by side in memory. */
  @Test
  void aMatrixIsReadTheWayItLies() {
    for (var layer : new org.deeplearning4j.nn.conf.layers.Layer[] {dense(), lstm()}) {
      Kind kind = layer instanceof DenseLayer ? Kind.DENSE : Kind.MATRIX;
      for (char order : new char[] {'c', 'f'}) {
        INDArray weights = zeros(order, 3, 4); // [in, out]
        WeightShape shape = WeightShape.of(layer, "W", weights);
        assertThat(shape.kind()).isEqualTo(kind);
        assertThat(shape.fanIn()).isEqualTo(3);
        assertThat(shape.fanOut()).isEqualTo(4);
        float[] memory = new float[12];
        memory[shape.index(3, 1)] = 1;
        weights.data().setData(memory);
        assertThat(weights.getFloat(1, 3)).as("order %s", order).isEqualTo(1);
      }
    }
  }

  private static DenseLayer dense() {
    return new DenseLayer.Builder().nIn(3).nOut(4).build();
  }

  private static LSTM lstm() {
    return new LSTM.Builder().nIn(3).nOut(1).build();
  }

  @Test
  void aScaleIsNoMatrixWhateverItsAxes() {
    INDArray row = zeros('c', 1, 5);
    var multiplication = new ElementWiseMultiplicationLayer.Builder().nIn(5).nOut(5).build();
    assertThat(WeightShape.of(multiplication, "W", row)).isEqualTo(WeightShape.none(5));
    var slopes = new PReLULayer.Builder().inputShape(5).build();
    assertThat(WeightShape.of(slopes, "W", row)).isEqualTo(WeightShape.none(5));
    assertThat(WeightShape.of(dense(), "g", row)).isEqualTo(WeightShape.none(5));
    assertThat(WeightShape.of(dense(), "W", row).hasFans()).isTrue();
  }

  @Test
  void whatIsNoMatrixIsARowOfElementsEachForItself() {
    WeightShape none = WeightShape.none(7);
    assertThat(none).isEqualTo(new WeightShape(Kind.NONE, 1, 7, 1, 1, 1));
    assertThat(none.hasFans()).isFalse();
    assertThat(none.index(6, 0)).isEqualTo(6);
  }
}
