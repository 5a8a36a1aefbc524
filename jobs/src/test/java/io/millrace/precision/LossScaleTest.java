package io.millrace.precision;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.recipe.Oracle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The loss scale, held against PyTorch's GradScaler. */
class LossScaleTest {
  private static final Oracle ORACLE = new Oracle("precision.json");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "interval5_from1024",
        "interval3_from65536_random",
        "near_infinity",
        "always_overflow"
      })
  void aRoundOfOneUpdateGoesAsGradScaler(String table) {
    JsonNode run = ORACLE.node("loss_scale/" + table);
    LossScale scale = scale(run);
    for (JsonNode update : run.get("updates")) {
      boolean overflow = update.get("overflow").booleanValue();
      assertThat(scale.scale()).isEqualTo(update.get("scale_used").doubleValue());
      scale.roundEnded(1, overflow ? 0 : 1, overflow);
      assertThat(scale.scale()).as("%s", update).isEqualTo(update.get("scale_after").doubleValue());
      assertThat(scale.save().figure("clean"))
          .as("%s", update)
          .isEqualTo(update.get("growth_tracker").doubleValue());
    }
    assertThat(scale.skipped()).isEqualTo(run.get("skipped").longValue());
  }

  private static LossScale scale(JsonNode run) {
    return new Fp16(
            run.get("init").doubleValue(),
            run.get("growth_interval").intValue(),
            run.get("growth_factor").doubleValue(),
            run.get("backoff_factor").doubleValue())
        .scaling()
        .orElseThrow();
  }

  @Test
  void aRoundOfManyUpdatesFallsOnceAndCountsThemAll() {
    LossScale scale = new Fp16(64, 10, 4, 0.25).scaling().orElseThrow();

    scale.roundEnded(8, 5, true);
    assertThat(scale.scale()).isEqualTo(16);
    assertThat(scale.skipped()).isEqualTo(3);
    scale.roundEnded(8, 8, false);
    assertThat(scale.scale()).isEqualTo(16);
    scale.roundEnded(8, 8, false);
    assertThat(scale.scale()).isEqualTo(64);
    scale.roundEnded(9, 9, false);
    assertThat(scale.scale()).as("what was beyond the interval is not kept").isEqualTo(64);
  }

  @Test
  void itGoesOnFromWhatItRemembers() {
    LossScale scale = new Fp16(64, 10, 4, 0.25).scaling().orElseThrow();
    scale.roundEnded(3, 1, true);
    scale.roundEnded(9, 9, false);
    LossScale other = new Fp16(64, 10, 4, 0.25).scaling().orElseThrow();

    other.restore(scale.save());
    other.roundEnded(1, 1, false);

    assertThat(other.scale()).isEqualTo(64);
    assertThat(other.skipped()).isEqualTo(2);
  }

  @Test
  void overflowsWithoutEndAreNotOfTheScalesMaking() {
    LossScale scale = new Fp16().scaling().orElseThrow();
    for (int i = 0; i < 46; i++) {
      scale.roundEnded(1, 0, true);
    }
    assertThat(scale.isLost()).isFalse();
    scale.roundEnded(1, 0, true);
    assertThat(scale.isLost()).isTrue();
  }
}
