package io.millrace.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.SharedSpark;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

class StoppableJobsTest {
  private static final JavaSparkContext SPARK =
      JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext());

  private static boolean run(BooleanSupplier stop, Runnable work) {
    try (StoppableJobs jobs = new StoppableJobs(SPARK.sc(), "test", "out", stop, () -> {})) {
      jobs.describe("endless");
      try {
        work.run();
        return true;
      } catch (Exception e) { // Spark's own are checked, and nobody declares them
        if (jobs.wereStopped()) {
          return false;
        }
        throw e;
      }
    }
  }

  /** Without an end of its own, and begun after the end was asked for. */
  @Test
  void aJobIsEndedWheneverItBegan() {
    boolean ended =
        run(
            () -> true,
            () ->
                SPARK
                    .parallelize(List.of(1, 2), 2)
                    .foreach(
                        each -> {
                          while (!TaskContext.get().isInterrupted()) {
                            Thread.onSpinWait();
                          }
                        }));
    assertThat(ended).isFalse();
  }

  @Test
  void aJobThatNobodyStopsEndsOrFailsAsEver() {
    assertThat(run(() -> false, () -> SPARK.parallelize(List.of(1), 1).count())).isTrue();
    assertThatThrownBy(
            () ->
                run(
                    () -> false,
                    () -> SPARK.parallelize(List.of(0), 1).foreach(each -> List.of().get(each))))
        .hasMessageContaining("IndexOutOfBounds");
  }
}
