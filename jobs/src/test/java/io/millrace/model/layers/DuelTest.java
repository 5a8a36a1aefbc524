package io.millrace.model.layers;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** A sample of {@code deploy/check duel}. */
class DuelTest {
  private static final int NETS = 20;

  @Test
  void randomNetsKeepTheirNumbers() {
    int judged = 0;
    SoftAssertions softly = new SoftAssertions();
    for (long seed = 1001; judged < NETS; seed++) {
      Duel.Result result = Duel.of(seed);
      if (result.refusal() == null) {
        judged++;
        softly.assertThat(result.agrees()).as("net %d %s", seed, result.words()).isTrue();
      }
      assertThat(seed).as("nets that DL4J trains are too few").isLessThan(1001 + 4 * NETS);
    }
    softly.assertAll();
  }
}
