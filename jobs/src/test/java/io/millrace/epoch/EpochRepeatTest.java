package io.millrace.epoch;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.SharedSpark;
import io.millrace.epoch.ShuffleConfig.Order;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;

/** A task is a pure function: however it comes to run, it gives the same bytes. */
class EpochRepeatTest {
  private static final int[] ROWS = {30, 7, 30, 30, 12, 30, 30, 30, 1, 30, 30, 30};
  private final JavaSparkContext spark = new JavaSparkContext(SharedSpark.session().sparkContext());

  @Test
  void anyOrderOfTasksAndAnyRepetitionGivesTheSameBytes() {
    MemoryBlocks blocks = new MemoryBlocks("order", ROWS, 4);
    try (TrainingFeed feed = feed(blocks.spec(3, 8, 0.1, 0.3))) {
      JavaRDD<DataSet> epoch = feed.epoch(0, blocks.cut(3, 8, 2));
      List<Integer> parts =
          new ArrayList<>(IntStream.range(0, epoch.getNumPartitions()).boxed().toList());
      List<Fed> straight = Fed.oneByOne(epoch, parts);
      List<Fed> again = Fed.oneByOne(epoch, parts);
      Collections.reverse(parts);
      List<Fed> reversed = new ArrayList<>(Fed.oneByOne(epoch, parts));
      Collections.reverse(reversed);
      List<Fed> next = Fed.all(feed.epoch(1, blocks.cut(3, 8, 2)));
      for (int p = 0; p < straight.size(); p++) {
        assertThat(again.get(p).bytes()).isDeepEqualTo(straight.get(p).bytes());
        assertThat(reversed.get(p).bytes()).isDeepEqualTo(straight.get(p).bytes());
      }
      assertThat(Arrays.deepEquals(straight.get(0).bytes(), next.get(0).bytes())).isFalse();
    }
  }

  @Test
  void aTaskThatFailsHalfwayIsRetriedToTheSameBytes() {
    MemoryBlocks blocks = new MemoryBlocks("retry", ROWS, 4);
    try (TrainingFeed feed = feed(blocks.spec(2, 8, 0, 0.2))) {
      JavaRDD<DataSet> epoch = feed.epoch(0, blocks.cut(2, 8, 3));
      List<Fed> straight = Fed.all(epoch);
      List<Fed> retried =
          epoch
              .mapPartitions(
                  (FlatMapFunction<Iterator<DataSet>, Fed>)
                      it -> {
                        if (TaskContext.get().attemptNumber() == 0 && it.hasNext()) {
                          it.next();
                          throw new IllegalStateException("thrown by the test");
                        }
                        return List.of(Fed.drain(it)).iterator();
                      })
              .collect();
      for (int p = 0; p < straight.size(); p++) {
        assertThat(retried.get(p).bytes()).isDeepEqualTo(straight.get(p).bytes());
      }
    }
  }

  @Test
  void twoAttemptsOfAPartitionAtOnceDoNotMeet() {
    MemoryBlocks blocks = new MemoryBlocks("twice", ROWS, 4);
    try (TrainingFeed feed = feed(blocks.spec(2, 8, 0, 0.2))) {
      JavaRDD<DataSet> epoch = feed.epoch(0, blocks.cut(2, 8, 3));
      List<Fed> straight = Fed.oneByOne(epoch, List.of(0, 1));
      List<Fed> both = Fed.together(epoch.union(epoch), List.of(0, epoch.getNumPartitions()));
      assertThat(both.get(0).bytes()).isDeepEqualTo(straight.get(0).bytes());
      assertThat(both.get(1).bytes()).isDeepEqualTo(straight.get(0).bytes());
    }
  }

  private TrainingFeed feed(FeedSpec spec) {
    return new TrainingFeed(spark, spec, Order.WINDOWED);
  }
}
