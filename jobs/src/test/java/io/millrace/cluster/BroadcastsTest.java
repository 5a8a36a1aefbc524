package io.millrace.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.SharedSpark;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.BroadcastBlockId;
import org.junit.jupiter.api.Test;

class BroadcastsTest {
  private static final JavaSparkContext SPARK =
      JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext());

  /** Whether the JVM, which is driver and executor, holds a block of one of them. */
  private static boolean anyHeld(List<Broadcast<byte[]>> some) {
    return some.stream()
        .map(each -> new BroadcastBlockId(each.id(), "piece0"))
        .anyMatch(block -> SparkEnv.get().blockManager().getStatus(block).nonEmpty());
  }

  /** Whether blocks are there still; Spark's look at one fails while it is being removed. */
  private static boolean isUnderWay(List<Broadcast<byte[]>> destroyed) {
    try {
      return anyHeld(destroyed);
    } catch (NullPointerException e) {
      return true;
    }
  }

  @Test
  void whatWasDestroyedIsGoneOnceItHasSettled() {
    int underWay = 0;
    for (int i = 0; i < 40; i++) {
      List<Broadcast<byte[]>> some =
          Stream.generate(() -> SPARK.broadcast(new byte[1 << 20])).limit(8).toList();
      assertThat(anyHeld(some)).isTrue();
      some.forEach(Broadcasts::destroy);
      underWay += isUnderWay(some) ? 1 : 0;
      Broadcasts.settle(SparkEnv.get());
      assertThat(anyHeld(some)).isFalse();
    }
    assertThat(underWay).as("times that there was something to wait for").isPositive();
  }
}
