package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MeasuresTest {
  private final Measures worker = new Measures().add("bytes", 10).add("loss", 6, 4);

  @Test
  void sumsAndMeansOfWorkersMerge() {
    Measures round =
        new Measures().add(worker).add(new Measures().add("loss", 1, 1).add("wait", 2));
    assertThat(round.names()).containsExactly("bytes", "loss", "wait");
    assertThat(round.sum("loss")).isEqualTo(7);
    assertThat(round.value("loss")).isEqualTo(7.0 / 5);
    assertThat(round.value("bytes")).isEqualTo(10);
    assertThat(worker.value("loss")).as("untouched").isEqualTo(1.5);
  }

  @Test
  void whatWasNeverMeasuredIsNotANumberAndAddsNothing() {
    assertThat(worker.value("gradient_norm")).isNaN();
    assertThat(worker.sum("gradient_norm")).isZero();
    assertThat(new Measures().add("loss", 0, 0).value("loss")).isZero();
  }

  @Test
  void theyCrossSparkAsFewBytes() {
    byte[] packed = Packed.pack(worker);
    assertThat(Packed.unpack(packed, Measures.class)).isEqualTo(worker);
    assertThat(Packed.unpack(packed, Measures.class).names()).containsExactly("bytes", "loss");
    int more = Packed.pack(new Measures().add(worker).add("wait", 1)).length - packed.length;
    assertThat(more).isEqualTo(2 + "wait".length() + 2 * Double.BYTES);
  }
}
