package io.millrace.plan;

import java.util.Locale;

/**
 * What a teacher needs beside the network that learns, in bytes; upper estimates.
 *
 * @param model which it is, in words
 * @param weights its parameters
 * @param pass the largest output of a vertex in one of its passes
 * @param cache logits that an executor keeps
 */
public record TeacherNeed(String model, long weights, long pass, long cache) {
  /** Heap of an executor: the weights as blocks and as arrays, and the logits. */
  long heap() {
    return 2 * weights + cache;
  }

  /**
   * Outside of the heap for each worker: the weights, and the largest of a layer's in the memory
   * order of oneDNN; five of the largest outputs.
   */
  long outside() {
    return 2 * weights + 5 * pass;
  }

  /** Heap of the driver: the weights as read, and what Spark keeps of their broadcast. */
  long driverHeap() {
    return 3 * weights;
  }

  /** In a line of the plan. */
  public String words() {
    return String.format(
        Locale.ROOT,
        "%s; %.1f MB of heap and %.1f MB outside for each worker%s",
        model,
        heap() / 1e6,
        outside() / 1e6,
        cache == 0
            ? ""
            : String.format(Locale.ROOT, ", %.1f MB of it for kept logits", cache / 1e6));
  }
}
