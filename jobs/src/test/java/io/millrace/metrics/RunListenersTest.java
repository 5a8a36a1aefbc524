package io.millrace.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.epoch.FeedReport;
import io.millrace.state.Tally;
import io.millrace.training.RoundReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunListenersTest {
  private final List<String> heard = new ArrayList<>();

  private RunListener hearing(String name) {
    return new RunListener() {
      @Override
      public void runStarted(int epochsDone) {
        heard.add("%s: run goes on after %d".formatted(name, epochsDone));
      }

      @Override
      public void epochStarted(int epoch, Tally done) {
        heard.add("%s: epoch %d starts".formatted(name, epoch));
      }

      @Override
      public void roundEnded(RoundReport round) {
        heard.add("%s: round %d ended".formatted(name, round.round()));
      }

      @Override
      public void epochEnded(EndedEpoch epoch) {
        heard.add("%s: epoch %d ended".formatted(name, epoch.metrics().epoch()));
      }

      @Override
      public void runEnded() {
        heard.add(name + ": run ended");
      }
    };
  }

  private static void tell(RunListener listener) throws IOException {
    listener.runStarted(1);
    listener.epochStarted(2, Tally.NOTHING);
    listener.roundEnded(new RoundReport(0, 7, 1, 0.1, 0.1, FeedReport.of(8)));
    listener.epochEnded(new EndedEpoch(SampleMetrics.of(2).get(1), null, null, Optional.empty()));
    listener.runEnded();
  }

  @Test
  void allHearAllInTheirOrder() throws IOException {
    tell(RunListeners.of(hearing("a"), hearing("b")));
    assertThat(heard)
        .containsExactly(
            "a: run goes on after 1",
            "b: run goes on after 1",
            "a: epoch 2 starts",
            "b: epoch 2 starts",
            "a: round 0 ended",
            "b: round 0 ended",
            "a: epoch 2 ended",
            "b: epoch 2 ended",
            "a: run ended",
            "b: run ended");
  }

  @Test
  void oneThatHearsOfNothingIsNoWork() throws IOException {
    tell(RunListeners.of(new RunListener() {}, hearing("b")));
    assertThat(heard).hasSize(5);
  }

  @Test
  void whatOneThrowsEndsTheRunBeforeTheNextHears() {
    RunListener full =
        new RunListener() {
          @Override
          public void epochEnded(EndedEpoch epoch) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    assertThatThrownBy(() -> tell(RunListeners.of(hearing("a"), full, hearing("b"))))
        .isInstanceOf(IOException.class)
        .hasMessage("No space left on device");
    assertThat(heard).endsWith("a: epoch 2 ended");
  }
}
