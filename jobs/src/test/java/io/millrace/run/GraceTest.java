package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class GraceTest {
  private static final Function<Exception, Optional<String>> NOT_LOST = e -> Optional.empty();

  private final CountDownLatch cancelled = new CountDownLatch(1);
  private Runnable asking;
  private final StopRequest stop =
      new StopRequest() {
        @Override
        public void whenAsked(Runnable heard) {
          asking = heard;
        }

        @Override
        public boolean getAsBoolean() {
          return false;
        }
      };

  /** A round that ends when it is cancelled, as a Spark job does. */
  private String round() {
    asking.run();
    try {
      cancelled.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    throw new IllegalStateException("Job 7 cancelled");
  }

  @Test
  void aRoundThatTakesTooLongIsGivenUpForTheOneBefore() {
    try (Grace grace = new Grace(stop, Duration.ZERO, cancelled::countDown)) {
      assertThatThrownBy(
              () ->
                  grace.during(this::round, NOT_LOST, () -> Optional.of("epoch-0001-round-00003")))
          .isInstanceOf(StoppedException.class)
          .hasMessage("Stopped on request: --resume auto goes on from epoch-0001-round-00003");
    }
  }

  @Test
  void aRoundThatEndsInTimeIsWhole() {
    try (Grace grace = new Grace(stop, Duration.ofHours(1), cancelled::countDown)) {
      asking.run();
      String weights = grace.during(() -> "weights", NOT_LOST, Optional::empty);
      assertThat(weights).isEqualTo("weights");
    }
    assertThat(cancelled.getCount()).isOne();
    asking.run(); // too late to matter
  }

  @Test
  void aClusterThatIsGoneLeavesTheRoundBeforeToo() {
    try (Grace grace = new Grace(stop, Duration.ofHours(1), cancelled::countDown)) {
      assertThatThrownBy(
              () ->
                  grace.during(
                      () -> {
                        throw new IllegalStateException("Job 7 cancelled: no executor is left");
                      },
                      e -> Optional.of("no executor is left").filter(e.getMessage()::endsWith),
                      () -> Optional.of("epoch-0002")))
          .hasMessage("Stopped, as no executor is left: --resume auto goes on from epoch-0002");
    }
  }
}
