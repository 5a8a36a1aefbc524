package io.millrace.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.exchange.AveragingConfig.Reduce;
import io.millrace.exchange.AveragingConfig.State;
import org.junit.jupiter.api.Test;

class CargoTest {
  private static Cargo cargo(State state, Exchange exchange, Wire wire) {
    var averaging = new AveragingConfig(new FixedEvery(1), state, exchange, wire, Reduce.AUTO);
    return Cargo.of(averaging, 10, 20);
  }

  @Test
  void theStateTravelsWhereItIsAveraged() {
    Cargo weights = cargo(State.AVERAGE, new Weights(), Wire.FP32);
    assertThat(weights.elements()).isEqualTo(30);
    assertThat(weights.bytesDown()).isEqualTo(120);
    assertThat(weights.bytesUp()).isEqualTo(120);
    Cargo reset = cargo(State.LOCAL_RESET, new Weights(), Wire.FP32);
    assertThat(reset.elements()).isEqualTo(10);
    assertThat(reset.bytesDown()).isEqualTo(40);
  }

  @Test
  void gradientsComeUpAsWideAsTheWireAndWeightsGoDownInFull() {
    Cargo gradients = cargo(State.AVERAGE, new Gradients(), Wire.BF16);
    assertThat(gradients.elements()).isEqualTo(10);
    assertThat(gradients.bytesDown()).isEqualTo(40);
    assertThat(gradients.bytesUp()).isEqualTo(20);
  }
}
