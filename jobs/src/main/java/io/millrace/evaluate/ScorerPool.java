package io.millrace.evaluate;

import io.millrace.backend.Devices;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The scorers of one executor JVM, kept between tasks and epochs. A scorer is leased to one task at
 * a time and works on a thread of its own; one whose task failed or was interrupted is dropped,
 * since its thread may still be in native code, and gives its memory back once it is not.
 */
final class ScorerPool {
  private static final Deque<Lease> FREE = new ArrayDeque<>();

  /** Work with a scorer, on the scorer's thread. */
  interface Work<T> {
    T with(Scorer scorer) throws IOException;
  }

  private static final class Lease {
    final String network;
    final int device;
    final ExecutorService thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "millrace-scorer");
              thread.setDaemon(true);
              return thread;
            });
    private Scorer scorer;

    Lease(String network, int device) {
      this.network = network;
      this.device = device;
    }

    /** The result of work with the scorer, which is made where there is none. */
    <T> Future<T> submit(EvaluationSpec.Network spec, Work<T> work) {
      return thread.submit(
          () -> {
            if (scorer == null) {
              Devices.use(device);
              scorer = new Scorer(spec);
            }
            return work.with(scorer);
          });
    }

    /** Ends the thread after what it does now, and frees the scorer there. */
    void drop() {
      thread.execute(
          () -> {
            if (scorer != null) {
              scorer.close();
            }
          });
      thread.shutdown();
    }
  }

  private ScorerPool() {}

  /** Runs work with a scorer of the network. */
  static <T> T run(EvaluationSpec.Network network, Work<T> work) throws IOException {
    Lease lease = take(network.json() + network.fastPath(), Devices.ofTask());
    Future<T> future = lease.submit(network, work);
    boolean done = false;
    try {
      T result = await(future);
      done = true;
      return result;
    } finally {
      if (done) {
        give(lease);
      } else {
        future.cancel(true);
        lease.drop();
      }
    }
  }

  private static <T> T await(Future<T> future) throws IOException {
    try {
      return future.get();
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
  private static synchronized Lease take(String network, int device) {
    for (Iterator<Lease> free = FREE.iterator(); free.hasNext(); ) {
      Lease lease = free.next();
      boolean serves = lease.network.equals(network);
      if (!serves || lease.device == device) {
        free.remove();
        if (serves) {
          return lease;
        }
        lease.drop();
      }
    }
    return new Lease(network, device);
  }

  private static synchronized void give(Lease lease) {
    FREE.push(lease);
  }
}
