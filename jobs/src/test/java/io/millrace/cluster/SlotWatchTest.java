package io.millrace.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.SharedSpark;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

class SlotWatchTest {
  private static final long SECOND = 1_000_000_000L;

  private final AtomicBoolean stop = new AtomicBoolean();
  private final SlotWatch watch =
      new SlotWatch(
          JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext()),
          2,
          Duration.ofSeconds(60),
          stop::get);

  @Test
  void fewerSlotsThanWorkersMeanWaves() {
    watch.look(1, 0);
    watch.look(1, 100 * SECOND);
    assertThat(watch.lost()).isEmpty();
  }

  @Test
  void aClusterThatLostItsExecutorsIsWaitedForASetTime() {
    watch.look(2, 0);
    watch.look(0, 0);
    watch.look(0, 59 * SECOND);
    assertThat(watch.lost()).isEmpty();
    watch.look(2, 59 * SECOND); // one came
    watch.look(0, 60 * SECOND);
    watch.look(0, 119 * SECOND);
    assertThat(watch.lost()).isEmpty();
    watch.look(0, 120 * SECOND);
    assertThat(watch.lost()).contains("the cluster has had no executor for 60 s");
  }

  @Test
  void whereNoExecutorEverCameTheCauseIsSaid() {
    watch.look(0, 0);
    watch.look(0, 60 * SECOND);
    assertThat(watch.lost().orElseThrow())
        .startsWith(
            "the cluster has had no executor for 60 s: the cluster manager gave no executor");
  }

  @Test
  void aRequestToStopIsActedOnWhereNoRoundCanEnd() {
    stop.set(true);
    watch.look(1, 0);
    assertThat(watch.lost()).isEmpty();
    watch.look(0, SECOND);
    assertThat(watch.lost()).contains("no executor is left to end the round");
  }
}
