package io.millrace.precision;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.recipe.Oracle;
import io.millrace.wire.Bfloat16;
import org.junit.jupiter.api.Test;

/** Formats, held against PyTorch's casts. */
class PrecisionTest {
  private static final Oracle ORACLE = new Oracle("precision.json");

  @Test
  void fp16RoundsAsPyTorchDoes() {
    for (JsonNode row : ORACLE.node("rounding/rows")) {
      float value = Float.intBitsToFloat(Integer.parseUnsignedInt(row.get(0).asText(), 16));
      assertBits(
          row.get(0), row.get(1), Float16.round(value), Float.isNaN(new Fp16().nearest(value)));
    }
  }

  @Test
  void bf16RoundsAsPyTorchDoes() {
    for (JsonNode row : ORACLE.node("rounding/rows")) {
      float value = Float.intBitsToFloat(Integer.parseUnsignedInt(row.get(0).asText(), 16));
      assertBits(
          row.get(0), row.get(2), Bfloat16.round(value), Float.isNaN(new Bf16().nearest(value)));
    }
  }

  private static void assertBits(JsonNode given, JsonNode expected, short made, boolean isNan) {
    if ("nan".equals(expected.asText())) {
      assertThat(isNan).as(given.asText()).isTrue();
    } else {
      assertThat("%04x".formatted(made & 0xffff)).as(given.asText()).isEqualTo(expected.asText());
    }
  }

  @Test
  void whatIsRoundedHasTheValueOfItsBits() {
    for (JsonNode row : ORACLE.node("rounding/back/fp16 bits to value")) {
      assertThat((double) Float16.widen(bits(row))).isEqualTo(row.get(1).doubleValue());
    }
    for (JsonNode row : ORACLE.node("rounding/back/bf16 bits to value")) {
      assertThat((double) Bfloat16.widen(bits(row))).isEqualTo(row.get(1).doubleValue());
    }
  }

  private static short bits(JsonNode row) {
    return (short) Integer.parseUnsignedInt(row.get(0).asText(), 16);
  }

  @Test
  void everyHalfIsItsOwnNearest() {
    for (int bits = 0; bits <= 0xffff; bits++) {
      float value = Float16.widen((short) bits);
      if (Float.isNaN(value)) {
        assertThat(bits & 0x7fff).isGreaterThan(0x7c00);
      } else {
        assertThat(Float16.round(value)).isEqualTo((short) bits);
        assertThat(new Fp16().nearest(value)).isEqualTo(value);
      }
    }
  }

  @Test
  void anArrayIsRoundedUpToItsEndAndNoFurther() {
    float[] values = {0.1f, 0.1f, 0.1f};

    new Bf16().round(values, 2);

    assertThat(values).containsExactly(0.10009765625f, 0.10009765625f, 0.1f);
    new Fp32().round(values, 3);
    assertThat(values[2]).isEqualTo(0.1f);
  }

  @Test
  void whatIsTooLargeForAFormatIsInfinite() {
    assertThat(new Fp16().nearest(-65520)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(Float16.widen((short) 0x7c00)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(new Bf16().nearest(Float.MAX_VALUE)).isEqualTo(Float.POSITIVE_INFINITY);
  }

  @Test
  void formatsSayWhatTheyAre() {
    assertThat(new Fp16()).isEqualTo(new Fp16(65536, 2000, 2, 0.5));
    assertThat(new Bf16()).isEqualTo(new Bf16(false));
    assertThat(new Fp16().bytes()).isEqualTo(2);
    assertThat(new Bf16().bytes()).isEqualTo(2);
    assertThat(new Fp32().bytes()).isEqualTo(4);
    assertThat(new Fp32().isFull()).isTrue();
    assertThat(new Bf16().isFull()).isFalse();
    assertThat(new Fp16().isFull()).isFalse();
  }
}
