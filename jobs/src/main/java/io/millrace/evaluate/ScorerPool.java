package io.millrace.evaluate;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The scorers of one executor JVM, kept between tasks and epochs. A scorer is leased to one task at
 * a time and works on a thread of its own; one whose task failed or was interrupted is dropped,
 * since its thread may still be in native code.
 */
final class ScorerPool {
  private static final Deque<Lease> FREE = new ArrayDeque<>();

  /** Work with a scorer, on the scorer's thread. */
  interface Work<T> {
    T with(Scorer scorer) throws IOException;
  }

  private static final class Lease {
    final String network;
    final ExecutorService thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "millrace-scorer");
              thread.setDaemon(true);
              return thread;
            });
    Scorer scorer;

    Lease(String network) {
      this.network = network;
    }
  }

  private ScorerPool() {}

  /** Runs work with a scorer of the network. */
  static <T> T run(EvaluationSpec.Network network, Work<T> work) throws IOException {
    Lease lease = take(network.json() + network.fastPath());
    boolean done = false;
    try {
      T result =
          await(
              lease.thread,
              () -> {
                if (lease.scorer == null) {
                  lease.scorer = new Scorer(network);
                }
                return work.with(lease.scorer);
              });
      done = true;
      return result;
    } finally {
      if (done) {
        give(lease);
      } else {
        lease.thread.shutdownNow();
      }
    }
  }

  private static <T> T await(ExecutorService thread, Callable<T> work) throws IOException {
    try {
      return thread.submit(work).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Evaluation was interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** A free scorer of that network, or a new one; those of other networks are let go. */
  private static synchronized Lease take(String network) {
    for (Lease lease = FREE.poll(); lease != null; lease = FREE.poll()) {
      if (lease.network.equals(network)) {
        return lease;
      }
      lease.thread.shutdown();
    }
    return new Lease(network);
  }

  private static synchronized void give(Lease lease) {
    FREE.push(lease);
  }
}
