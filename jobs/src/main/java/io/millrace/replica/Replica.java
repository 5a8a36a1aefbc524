package io.millrace.replica;

import io.millrace.backend.Devices;
import io.millrace.cluster.FaultsConfig;
import io.millrace.cluster.WorkTimes;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network and the one thread that does all its ND4J work, as workspaces and devices belong to
 * threads. Lives on an executor as long as the run.
 *
 * @param <N> the network, to train, to score or to ask
 */
public final class Replica<N extends LeasedNetwork> {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final NetworkSpec<N> spec;
  private final String key;
  private final String name;
  private final int device;
  private final ExecutorService thread;
  private final WorkTimes steps = new WorkTimes();
  private volatile long stepStart;
  private volatile boolean abandoned;
  private volatile boolean rested = true;
  private N network;

  /**
   * A replica that makes its network with the first work.
   *
   * @param device that of its thread, see {@link Devices}
   */
  public Replica(NetworkSpec<N> spec, int device) {
    this.spec = spec;
    this.key = spec.key();
    this.device = device;
    name = "replica-" + NUMBER.incrementAndGet();
    this.thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread worker = new Thread(task, name);
              worker.setDaemon(true);
              return worker;
            });
  }

  /** What its network was made for. */
  NetworkSpec<N> spec() {
    return spec;
  }

  /** Names its network. */
  String key() {
    return key;
  }

  /** Its device. */
  int device() {
    return device;
  }

  /** Its name, that of its thread. */
  String name() {
    return name;
  }

  /** Starts work on the replica's thread. */
  public <T> Future<T> submit(Work<N, T> work) {
    stepStart = System.nanoTime();
    rested = false;
    ClassLoader classes = Thread.currentThread().getContextClassLoader();
    Callable<T> call =
        () -> {
          Thread.currentThread().setContextClassLoader(classes);
          if (network == null) {
            Devices.use(device);
            network = spec.network();
          }
          stepStart = System.nanoTime();
          return work.with(network);
        };
    return thread.submit(call);
  }

  /** Work says that it has done one more of its steps, such as a forward pass. */
  public void stepped() {
    long now = System.nanoTime();
    steps.took(now - stepStart, 1);
    stepStart = now;
  }

  /** How long the step that runs may take, in ns; 0 for ever. */
  long stepLimit(FaultsConfig faults) {
    return steps.limit(faults, 1);
  }

  /** How long it takes so far, in ns. */
  long stepTakes() {
    return System.nanoTime() - stepStart;
  }

  /** Lets the network give back the memory of its passes, if it has had any, and waits for that. */
  void rest() {
    if (rested) {
      return;
    }
    try {
      submit(
              leased -> {
                leased.rest();
                return null;
              })
          .get();
      rested = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while " + name + " gave memory back", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("Cannot free memory of " + name + ": " + e.getCause(), e);
    }
  }

  /** Whether nobody waits any more for what the replica does. */
  public boolean abandoned() {
    return abandoned;
  }

  /** Ends the thread after what it does now, and frees the network there. */
  public void discard() {
    abandoned = true;
    thread.execute(
        () -> {
          if (network != null) {
            network.close();
          }
        });
    thread.shutdown();
  }

  /** Work with the network on the replica's thread. */
  @FunctionalInterface
  public interface Work<N, T> {
    T with(N network) throws Exception;
  }
}
