package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.epoch.FeedReport;
import io.millrace.training.RoundReport;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StopOnRequestTest {
  private boolean asked;
  private final StopOnRequest stop =
      new StopOnRequest(() -> asked, 10, () -> Optional.of("epoch-0002"));

  private static RoundReport round(long firstUpdate, int updates) {
    return new RoundReport(0, firstUpdate, updates, 0.1, 0.1, FeedReport.of(8));
  }

  @Test
  void nothingHappensUnasked() {
    assertThatCode(() -> stop.epochStarted(3)).doesNotThrowAnyException();
    assertThatCode(() -> stop.roundEnded(round(20, 4))).doesNotThrowAnyException();
  }

  @Test
  void aRunStopsAfterARoundAndNamesItsCheckpoint() {
    asked = true;
    assertThatThrownBy(() -> stop.epochStarted(3)).isInstanceOf(StoppedException.class);
    assertThatThrownBy(() -> stop.roundEnded(round(20, 4)))
        .isInstanceOf(StoppedException.class)
        .hasMessageContaining("epoch-0002");
  }

  @Test
  void theLastRoundOfAnEpochIsLetThroughToItsCheckpoint() {
    asked = true;
    assertThatCode(() -> stop.roundEnded(round(28, 2))).doesNotThrowAnyException();
  }
}
