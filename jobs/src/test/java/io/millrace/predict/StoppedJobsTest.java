package io.millrace.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.SharedSpark;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

class StoppedJobsTest {
  private static final JavaSparkContext SPARK =
      JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext());

  private static boolean run(BooleanSupplier stop, Runnable work) {
    try (StoppedJobs jobs = new StoppedJobs(SPARK.sc(), "test", stop)) {
      return jobs.run(work);
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
