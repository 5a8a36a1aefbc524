package io.millrace.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.SharedSpark;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Nesterovs;

class FaultToleranceTest {
  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext());
  private final AtomicInteger strikes = new AtomicInteger();

  @AfterEach
  void heal() {
    FaultyRounds.fault = (round, worker, context) -> {};
  }

  @Test
  void aTaskThatThrowsOnceChangesNothing() {
    float[] clean = train();
    FaultyRounds.fault =
        (round, worker, context) -> {
          if (round == 1 && worker == 1 && context.attemptNumber() == 0) {
            strikes.incrementAndGet();
            throw new IllegalStateException("struck");
          }
        };
    assertThat(train()).isEqualTo(clean);
    assertThat(strikes).hasPositiveValue();
  }

  @Test
  void tasksInAnotherOrderChangeNothing() {
    float[] clean = train();
    List<CountDownLatch> ends = Stream.generate(() -> new CountDownLatch(1)).limit(3).toList();
    FaultyRounds.fault =
        (round, worker, context) -> {
          if (worker == round % 2) {
            await(ends.get(round));
          } else {
            ends.get(round).countDown();
            strikes.incrementAndGet();
          }
        };
    assertThat(train()).isEqualTo(clean);
    assertThat(strikes).hasPositiveValue();
  }

  @Test
  void aZombieStillRunningInTheNextRoundChangesNothing() {
    float[] clean = train();
    CountDownLatch nextRound = new CountDownLatch(1);
    CountDownLatch zombieDone = new CountDownLatch(1);
    AtomicInteger zombieRound = new AtomicInteger(-1);
    FaultyRounds.fault =
        (round, worker, context) -> {
          if (round == 2) {
            nextRound.countDown();
          }
          if (round == 1 && worker == 0 && strikes.getAndIncrement() == 0) {
            spark.sc().killTaskAttempt(context.taskAttemptId(), true, "to make a zombie");
            await(nextRound);
            zombieRound.set(round);
            zombieDone.countDown();
          }
        };
    assertThat(train()).isEqualTo(clean);
    await(zombieDone);
    assertThat(zombieRound).hasValue(1);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private float[] train() {
    try (AveragingTrainingMaster master =
        new AveragingTrainingMaster(new TrainerConfig(2, 4).every(2))) {
      new SparkComputationGraph(spark, Nets.dense(new Nesterovs(0.1, 0.9)), master)
          .fit(new FaultyRounds(spark.sc()).toJavaRDD());
      return master.weights().parameters();
    }
  }
}
