package io.millrace.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.SharedSpark;
import io.millrace.cluster.FaultsConfig;
import io.millrace.cluster.SliceBlocks;
import io.millrace.replica.TrainerConfig;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.RDDBlockId;
import org.apache.spark.util.TaskCompletionListener;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Nesterovs;
import scala.collection.Seq;

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

  /** In the fourth round, the first whose time is limited. */
  @Test
  void aTaskThatNeverEndsIsGivenUpAndTriedAgain() {
    FaultsConfig twoSeconds = new FaultsConfig(1e-9, 2, 1);
    float[] clean = train(2, twoSeconds);
    CountDownLatch end = new CountDownLatch(1);
    AtomicInteger tried = new AtomicInteger();
    FaultyRounds.fault =
        (round, worker, context) -> {
          if (round == 0 && worker == 1 && tried.incrementAndGet() == 3) {
            strikes.incrementAndGet();
            await(end);
          }
        };
    assertThat(train(2, twoSeconds)).isEqualTo(clean);
    end.countDown();
    assertThat(strikes).hasValue(1);
    assertThat(tried).as("two updates in the first epoch, three in the second").hasValue(5);
  }

  @Test
  void weightsThatAreGoneWithTheirExecutorAreMadeAgain() {
    float[] clean = train();
    FaultyRounds.fault =
        (round, worker, context) -> {
          if (round == 1 && worker == 0 && strikes.getAndIncrement() == 0) {
            context.addTaskCompletionListener((TaskCompletionListener) ended -> dropSlices());
          }
        };
    assertThat(train()).isEqualTo(clean);
    // Two updates, made twice.
    assertThat(strikes).hasValue(4);
  }

  /** Those of the last rounds are left to the driver, which may drop them at the same moment. */
  @Test
  void slicesThatCameTooLateGoWithALaterRound() {
    int late = 1 << 30;
    SliceBlocks.put("this", late, 0, new byte[8]);
    SliceBlocks.put("this", late + 1, 0, new byte[8]);
    SliceBlocks.sweep("this", late + 1);
    assertThat(kept(late, 0)).isTrue();
    SliceBlocks.sweep("this", late + 65);
    assertThat(kept(late, 0)).isFalse();
    assertThat(kept(late + 1, 0)).isTrue();
    SliceBlocks.sweep("this", late + 66);
    assertThat(kept(late + 1, 0)).isFalse();
  }

  private static boolean kept(int rdd, int number) {
    return SparkEnv.get().blockManager().getStatus(new RDDBlockId(rdd, number)).isDefined();
  }

  @Test
  void noSliceOutlivesItsRun() {
    train();
    while (!slices().isEmpty()) {
      Thread.onSpinWait();
    }
  }

  private static void dropSlices() {
    slices().foreach(id -> removed(id));
  }

  private static Object removed(BlockId slice) {
    SparkEnv.get().blockManager().removeBlock(slice, false);
    return slice;
  }

  private static Seq<BlockId> slices() {
    return SparkEnv.get().blockManager().getMatchingBlockIds(BlockId::isRDD);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private float[] train() {
    return train(1, FaultsConfig.DEFAULT);
  }

  private float[] train(int epochs, FaultsConfig faults) {
    try (AveragingTrainingMaster master =
        new AveragingTrainingMaster(new TrainerConfig(2, 4).every(2)).giveUp(faults)) {
      var training = new SparkComputationGraph(spark, Nets.dense(new Nesterovs(0.1, 0.9)), master);
      for (int epoch = 0; epoch < epochs; epoch++) {
        training.fit(new FaultyRounds(spark.sc()).toJavaRDD());
      }
      return master.state().parameters().toArray();
    }
  }
}
