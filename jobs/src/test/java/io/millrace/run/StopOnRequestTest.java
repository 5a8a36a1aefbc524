package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.epoch.FeedReport;
import io.millrace.state.Tally;
import io.millrace.training.RoundReport;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StopOnRequestTest {
  private boolean asked;
  private boolean ended;
  private int saved;
  private final StopOnRequest stop = new StopOnRequest(() -> asked, () -> ended, this::save);

  private Optional<String> save() {
    saved++;
    return Optional.of("epoch-0002-round-00005");
  }

  private static RoundReport round(long firstUpdate, int updates) {
    return new RoundReport(0, firstUpdate, updates, 0.1, 0.1, FeedReport.of(8));
  }

  @Test
  void nothingHappensUnasked() {
    assertThatCode(() -> stop.epochStarted(3, Tally.NOTHING)).doesNotThrowAnyException();
    assertThatCode(() -> stop.roundEnded(round(20, 4))).doesNotThrowAnyException();
    assertThat(saved).isZero();
  }

  @Test
  void aRunStopsAfterARoundAndNamesItsCheckpoint() {
    asked = true;
    assertThatThrownBy(() -> stop.epochStarted(3, Tally.NOTHING))
        .isInstanceOf(StoppedException.class);
    assertThatThrownBy(() -> stop.roundEnded(round(20, 4)))
        .isInstanceOf(StoppedException.class)
        .hasMessage("Stopped on request: --resume auto goes on from epoch-0002-round-00005");
    assertThat(saved).isEqualTo(2);
  }

  @Test
  void theLastRoundOfAnEpochIsLetThroughToItsCheckpoint() {
    asked = true;
    ended = true;
    assertThatCode(() -> stop.roundEnded(round(28, 2))).doesNotThrowAnyException();
    assertThat(saved).isZero();
  }
}
