package io.millrace.replica;

import io.millrace.backend.Devices;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network and the one thread that does all its ND4J work, as workspaces and devices belong to
 * threads. Lives on an executor as long as the run.
 */
public final class Replica {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final ReplicaSpec spec;
  private final String name;
  private final int device;
  private final ExecutorService thread;
  private volatile boolean abandoned;
  private ReplicaNetwork network;

  /**
   * A replica that makes its network with the first work.
   *
   * @param device that of its thread, see {@link Devices}
   */
  public Replica(ReplicaSpec spec, int device) {
    this.spec = spec;
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

  /** Name of the run it belongs to. */
  String run() {
    return spec.run();
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
  public <T> Future<T> submit(Work<T> work) {
    ClassLoader classes = Thread.currentThread().getContextClassLoader();
    Callable<T> call =
        () -> {
          Thread.currentThread().setContextClassLoader(classes);
          if (network == null) {
            Devices.use(device);
            network = new ReplicaNetwork(spec);
          }
          return work.with(network);
        };
    return thread.submit(call);
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
  public interface Work<T> {
    T with(ReplicaNetwork network) throws Exception;
  }
}
