package io.millrace.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.SharedSpark;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Waiting for the tasks of a cancelled job, in the driver's JVM, where a task can be held. */
class GroupTasksTest {
  private static final AtomicBoolean ENDED = new AtomicBoolean();
  private static volatile CountDownLatch entered;
  private static volatile CountDownLatch released;

  private final SparkContext spark = SharedSpark.session().sparkContext();

  @BeforeEach
  void newTask() {
    entered = new CountDownLatch(1);
    released = new CountDownLatch(1);
    ENDED.set(false);
  }

  @Test
  void aTaskThatOutlivesItsCancelledJobIsWaitedFor() throws Exception {
    try (var tasks = new GroupTasks(spark, "group")) {
      cancelled("group");
      assertThat(tasks.awaitEnd(1)).isFalse();
      released.countDown();
      assertThat(tasks.awaitEnd(60_000)).isTrue();
      assertThat(ENDED).isTrue();
    }
  }

  @Test
  void theTasksOfOthersAreNot() throws Exception {
    try (var tasks = new GroupTasks(spark, "group")) {
      cancelled("another");
      assertThat(tasks.awaitEnd(60_000)).isTrue();
      assertThat(ENDED).isFalse();
    } finally {
      released.countDown();
    }
  }

  /** A job that is over for its caller while its only task still runs. */
  private void cancelled(String group) throws InterruptedException {
    var job =
        CompletableFuture.runAsync(
            () -> {
              spark.setJobGroup(group, "held", false);
              new JavaSparkContext(spark).parallelize(List.of(1), 1).foreach(i -> hold());
            });
    assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
    spark.cancelJobGroup(group);
    assertThatThrownBy(job::join).hasMessageContaining("cancelled");
  }

  private static void hold() throws InterruptedException {
    entered.countDown();
    released.await();
    ENDED.set(true);
  }
}
