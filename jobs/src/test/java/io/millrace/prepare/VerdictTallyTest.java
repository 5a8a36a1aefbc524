package io.millrace.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.settings.Counts;
import org.junit.jupiter.api.Test;

class VerdictTallyTest {
  @Test
  void unknownLabelsAreNamedTheFirstFiveBySplit() {
    VerdictTally all = new VerdictTally(2);
    for (int part = 0; part < 4; part++) {
      VerdictTally tally = new VerdictTally(2);
      for (int i = 0; i < 25; i++) {
        tally.add(unknown("test", "label-" + (i * 7 + part) % 10));
      }
      tally.add(unknown("train", "emu")).add(unknown("train", null));
      all.add(tally);
    }
    assertThat(Counts.words(all.reasons()))
        .isEqualTo(
            "100 unknown label in test (label-0, label-1, label-2, label-3, label-4, ...), 8 unknown"
                + " label in train (emu)");
  }

  private static Verdict unknown(String split, String label) {
    var rejection = new Rejection("a", 0, split, label, Reason.UNKNOWN_LABEL, "");
    return Verdict.rejected(
        new Checked(0, 0, "a", 0, null, label, null, null, rejection), rejection);
  }
}
