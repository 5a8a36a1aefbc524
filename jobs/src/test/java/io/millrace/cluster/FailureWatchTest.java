package io.millrace.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.SharedSpark;
import java.util.List;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.SparkException;
import org.apache.spark.Success$;
import org.apache.spark.TaskEndReason;
import org.apache.spark.TaskKilled;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.TaskInfo;
import org.apache.spark.scheduler.TaskLocality;
import org.junit.jupiter.api.Test;
import scala.collection.JavaConverters;
import scala.collection.Seq;

class FailureWatchTest {
  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext());

  private static SparkListenerTaskEnd ended(TaskEndReason reason) {
    TaskInfo task = new TaskInfo(7, 1, 0, 1, 0, "2", "node-2", TaskLocality.ANY(), false);
    return new SparkListenerTaskEnd(3, 0, "ResultTask", reason, task, null, null);
  }

  private static TaskEndReason threw(Exception thrown) {
    return new ExceptionFailure(thrown, none());
  }

  private static <T> Seq<T> none() {
    return JavaConverters.asScalaBuffer(List.<T>of()).toSeq();
  }

  @Test
  void anEpochLivesThroughSoManyFailuresAndNoMore() {
    try (FailureWatch watch = new FailureWatch(spark, 3)) {
      for (int epoch = 0; epoch < 3; epoch++) {
        watch.onTaskEnd(ended(threw(new IllegalStateException("struck"))));
        watch.onTaskEnd(ended(threw(new HungTaskException("replica-1 did not end"))));
        watch.onExecutorRemoved(new SparkListenerExecutorRemoved(9, "2", "lost"));
        watch.onTaskEnd(ended(Success$.MODULE$));
        watch.onTaskEnd(ended(new TaskKilled("another attempt succeeded", none(), none(), none())));
        assertThat(watch.lost()).isEmpty();
        watch.epochEnded();
      }
      for (int i = 0; i < 4; i++) {
        watch.onExecutorRemoved(new SparkListenerExecutorRemoved(9, "2", "lost"));
      }
      assertThat(watch.lost())
          .contains("4 tasks and executors were lost in one epoch (faults.failures: 3)");
    }
  }

  @Test
  void aJobIsLostWithItsExecutorsAndNotByWhatATaskThrows() {
    String lost =
        "Job aborted due to stage failure: Task 1 in stage 3.0 failed 4 times, most recent failure:"
            + " Lost task 1.3 in stage 3.0 (TID 9) (10.0.0.2 executor 2): ";
    String executor =
        "ExecutorLostFailure (executor 2 exited caused by one of the running tasks)\n";
    assertThat(FailureWatch.why(new SparkException(lost + executor, null)))
        .contains("a task was lost 4 times, with its executor or since it did not end");
    assertThat(
            FailureWatch.why(
                new IllegalStateException(
                    new SparkException(lost + HungTaskException.class.getName() + ": x\n", null))))
        .isPresent();
    assertThat(
            FailureWatch.why(
                new SparkException(lost + "java.lang.IllegalStateException: bad row\n", null)))
        .isEmpty();
    assertThat(FailureWatch.why(new IllegalStateException("ExecutorLostFailure"))).isEmpty();
  }
}
