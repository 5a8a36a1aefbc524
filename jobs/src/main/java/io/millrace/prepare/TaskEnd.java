package io.millrace.prepare;

import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/** Cleans up when the Spark task of this thread ends, however it ends. */
final class TaskEnd {
  private TaskEnd() {}

  static void then(Runnable cleanup) {
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) context -> cleanup.run());
  }
}
