package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GrowingReportTest {
  private static final long SECOND = 1_000_000_000L;

  private final List<Long> written = new ArrayList<>();
  private long now;

  /** An epoch ends each second, and a report takes one: the first, which is cold, as the others. */
  @Test
  void aReportBehindTheFirstTakesNoMoreThanAFiftiethOfTheTime() {
    GrowingReport report =
        new GrowingReport(
            () -> {
              written.add(now / SECOND);
              now += SECOND;
            },
            () -> now);
    for (int second = 0; second < 120; second++) {
      report.epochEnded(null);
      now += SECOND;
    }
    assertThat(written).containsExactly(10L, 21L, 72L);
  }

  @Test
  void oneThatCannotBeWrittenDoesNotEndTheRun() {
    GrowingReport report =
        new GrowingReport(
            () -> {
              written.add(now / SECOND);
              throw new IOException("No space left on device");
            },
            () -> now);
    for (now = 0; now < 25 * SECOND; now += SECOND) {
      report.epochEnded(null);
    }
    assertThat(written).containsExactly(10L, 20L);
  }
}
